import { LongestGap } from '../measure/gap.ts';
import { Histogram } from '../measure/histogram.ts';
import { Timeline } from '../measure/timeline.ts';
import type { RunResult } from './messages.ts';
import type { BadReply } from './reply-check.ts';

/** Everything counted during one run. Times are milliseconds of the process's monotonic clock. */
export class RunCounts {
  readonly login = new Histogram();
  readonly accounting = new Histogram();
  readonly loginAndStart = new Histogram();
  readonly timeline: Timeline;
  readonly #bad = new Map<BadReply, number>();
  readonly #startMs: number;
  readonly #gap: LongestGap;
  readonly #cpuAtStart = process.cpuUsage();
  answers = 0;
  /** What `ratePerS` counts, while requests were being issued. */
  ratedWhileIssuing = 0;
  retransmissions = 0;
  unanswered = 0;
  duplicates = 0;
  late = 0;
  heldBack = 0;

  constructor(options: {
    readonly startMs: number;
    readonly timelineMs: number;
    readonly normalMs: number;
  }) {
    this.#startMs = options.startMs;
    this.#gap = new LongestGap(options.startMs);
    this.timeline = new Timeline({ lengthMs: options.timelineMs, normalMs: options.normalMs });
  }

  noteBad(reason: BadReply): void {
    this.#bad.set(reason, (this.#bad.get(reason) ?? 0) + 1);
  }

  noteAnswer(nowMs: number): void {
    this.answers += 1;
    this.#gap.note(nowMs);
  }

  /** How long nothing has been answered. */
  silenceMs(nowMs: number): number {
    return this.#gap.silenceMs(nowMs);
  }

  /** The counts as they are sent to the bench. */
  result(end: {
    readonly issuingEndedMs: number;
    readonly endedMs: number;
    readonly refused: number;
    readonly openSessions: number;
  }): RunResult {
    // What was never answered again counts as silence until the end.
    this.#gap.note(end.endedMs);
    const issuedS = (end.issuingEndedMs - this.#startMs) / 1000;
    const { user, system } = process.cpuUsage(this.#cpuAtStart);
    return {
      ratePerS: issuedS > 0 ? this.ratedWhileIssuing / issuedS : 0,
      issuedS,
      answers: this.answers,
      bad: Object.fromEntries(this.#bad),
      retransmissions: this.retransmissions,
      unanswered: this.unanswered,
      duplicates: this.duplicates,
      late: this.late,
      heldBack: this.heldBack,
      refused: end.refused,
      login: this.login.summary(),
      accounting: this.accounting.summary(),
      loginAndStart: this.loginAndStart.summary(),
      longestGapMs: this.#gap.gapMs,
      timeline: this.timeline.buckets(),
      generatorCpuS: (user + system) / 1e6,
      openSessions: end.openSessions,
    };
  }
}
