import { systemClock } from '../../kernel/clock.ts';
import { SLOT } from '../../radius/protocol/slots.ts';
import { Schedule } from '../measure/schedule.ts';
import type { RunOrder, RunResult } from './messages.ts';
import type { ReplyCheck } from './reply-check.ts';
import type { RequestBuilder } from './request-builder.ts';
import { RunCounts } from './run-counts.ts';
import type { SessionBook } from './session-book.ts';
import { SourcePorts } from './source-ports.ts';
import { KIND, type Kind, Workload } from './workload.ts';

/** What a run works with besides its order. */
export interface LoadParts {
  readonly book: SessionBook;
  readonly builder: RequestBuilder;
  readonly check: ReplyCheck;
  readonly authPort: number;
  readonly acctPort: number;
  /** Where in the order of subscribers to begin. */
  readonly from: number;
}

/** A Start that waits for a free identifier. */
interface WaitingStart {
  readonly user: number;
  readonly dueMs: number;
  readonly loginDueMs: number;
}

const TICK_MS = 1;
/** Then the sockets are read again, however much is due. */
const SENDS_PER_TURN = 128;
const NAMES = ['access', 'start', 'interim', 'stop'] as const;
const SOURCE_PORTS_MAX = 128;
const IDS = 256;
const WINDOW_TO_IDS = 4;
/** A server that has said nothing for so long is given up: the bench goes on, and its report says so. */
const SILENCE_MAX_MS = 20_000;

/** Sends one workload, closed loop (a window of requests) or open loop (by the clock), until all is answered or given up. */
export class LoadRun {
  readonly #order: RunOrder;
  readonly #parts: LoadParts;
  readonly #workload: Workload;
  readonly #schedule: Schedule;
  readonly #waitingStarts: WaitingStart[] = [];
  readonly #startMs: number;
  readonly #counts: RunCounts;
  readonly #auth: SourcePorts;
  readonly #acct: SourcePorts;
  readonly #nowS = Math.floor(systemClock.nowMs() / 1000) - Math.floor(systemClock.monotonicMs() / 1000);
  #issued = 0;
  #inProgress = 0;
  #isIssuing = true;
  #issuingEndedMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isTurnDue = false;
  #mayStillSend = 0;
  #onEnd: () => void = () => undefined;

  private constructor(order: RunOrder, parts: LoadParts, sockets: { auth: SourcePorts; acct: SourcePorts }) {
    this.#order = order;
    this.#parts = parts;
    this.#auth = sockets.auth;
    this.#acct = sockets.acct;
    const { book, from } = parts;
    this.#workload = new Workload({ name: order.workload, book, from, limit: order.limit });
    this.#schedule = new Schedule(order.steps);
    this.#startMs = performance.now();
    this.#counts = new RunCounts({
      startMs: this.#startMs,
      timelineMs: this.#schedule.endMs + order.timeoutMs * order.tries * 2 + 1_000,
      normalMs: order.normalMs,
    });
  }

  /** Runs an order; resolves to its result and to where the next run should begin. */
  static async run(order: RunOrder, parts: LoadParts): Promise<{ result: RunResult; cursor: number }> {
    parts.check.method = order.method;
    let run: LoadRun | undefined;
    const onReply = (ports: SourcePorts, slot: number, reply: Buffer): void => {
      if (run !== undefined) run.#received(ports, slot, reply);
    };
    const count = sourcePortsFor(order);
    const auth = await SourcePorts.open({ count, port: parts.authPort, onReply });
    const acct = await SourcePorts.open({ count, port: parts.acctPort, onReply });
    run = new LoadRun(order, parts, { auth, acct });
    await run.#untilEnd();
    auth.close();
    acct.close();
    return { result: run.#result(), cursor: run.#workload.cursor };
  }

  #untilEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEnd = resolve;
      this.#timer = setInterval(() => this.#takeTurn(), TICK_MS);
      this.#takeTurn();
    });
  }

  /** After the sockets were read: an answer that has arrived must not be asked for again. */
  #takeTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(() => {
      this.#isTurnDue = false;
      this.#tick();
    });
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#mayStillSend = SENDS_PER_TURN;
    this.#sweep(this.#auth, nowMs);
    this.#sweep(this.#acct, nowMs);
    this.#pump(nowMs);
    if (this.#mayStillSend <= 0) this.#takeTurn();
    if (this.#counts.silenceMs(nowMs) > SILENCE_MAX_MS) this.#stopIssuing(nowMs);
    if (this.#isIssuing || this.#inProgress > 0) return;
    clearInterval(this.#timer);
    this.#onEnd();
  }

  /** Sends what is due and what the window has room for. */
  #pump(nowMs: number): void {
    while (this.#waitingStarts.length > 0) {
      const waiting = this.#waitingStarts[0];
      if (!this.#send(KIND.start, waiting.user, waiting.dueMs, waiting.loginDueMs, nowMs)) return;
      this.#waitingStarts.shift();
    }
    if (!this.#isIssuing) return;
    const elapsedMs = nowMs - this.#startMs;
    const { window, seconds } = this.#order;
    if (window === undefined) this.#issueDue(nowMs, elapsedMs);
    else while (this.#inProgress < window && this.#issue(nowMs, nowMs));
    const isOver =
      window === undefined
        ? this.#issued >= this.#schedule.total
        : seconds !== undefined && elapsedMs >= seconds * 1000;
    if (isOver || this.#workload.isExhausted) this.#stopIssuing(nowMs);
  }

  #stopIssuing(nowMs: number): void {
    if (!this.#isIssuing) return;
    this.#isIssuing = false;
    this.#issuingEndedMs = nowMs;
  }

  #issueDue(nowMs: number, elapsedMs: number): void {
    const due = this.#schedule.dueCount(elapsedMs);
    while (this.#issued < due && this.#mayStillSend > 0) {
      const dueMs = this.#schedule.dueMs(this.#issued);
      if (!this.#issue(this.#startMs + dueMs, nowMs)) return;
      this.#counts.timeline.addDue(dueMs);
    }
  }

  #issue(dueMs: number, nowMs: number): boolean {
    if (!this.#hasFreeSlot()) {
      this.#counts.heldBack += 1;
      return false;
    }
    if (!this.#workload.next()) return false;
    const { user, kind } = this.#workload.operation;
    const { book } = this.#parts;
    if (kind === KIND.start || this.#order.workload === 'storm') book.begin(user);
    book.setBusy(user, true);
    this.#issued += 1;
    this.#inProgress += 1;
    return this.#send(kind, user, dueMs, dueMs, nowMs);
  }

  #hasFreeSlot(): boolean {
    const { workload } = this.#order;
    const isLogin = workload === 'login' || workload === 'storm';
    return (isLogin ? this.#auth : this.#acct).inFlight.hasFree;
  }

  #send(kind: Kind, user: number, dueMs: number, loginDueMs: number, nowMs: number): boolean {
    const ports = kind === KIND.login ? this.#auth : this.#acct;
    const slot = ports.take();
    if (slot < 0) {
      this.#counts.heldBack += 1;
      return false;
    }
    ports.user[slot] = user;
    ports.kind[slot] = kind;
    ports.dueMs[slot] = dueMs;
    ports.loginDueMs[slot] = loginDueMs;
    this.#mayStillSend -= 1;
    ports.send(slot, this.#build(ports.packets[slot], slot % IDS, kind, user, nowMs), nowMs);
    return true;
  }

  #build(packet: Buffer, id: number, kind: Kind, user: number, nowMs: number): number {
    const { book, builder } = this.#parts;
    const { method, workload } = this.#order;
    const name = NAMES[kind];
    if (name === 'access') {
      const session = workload === 'storm' ? book.session(user) : book.nextNumber();
      return builder.access(packet, id, { method, user, session });
    }
    const facts = name === 'start' ? book.start(user) : book.report(user);
    return builder.accounting(packet, id, name, facts, this.#nowS + Math.floor(nowMs / 1000));
  }

  #received(ports: SourcePorts, slot: number, reply: Buffer): void {
    const counts = this.#counts;
    const verdict = this.#parts.check.judge(ports, slot, reply);
    if (verdict === 'duplicate') counts.duplicates += 1;
    else if (verdict === 'late') counts.late += 1;
    else if (verdict === 'unexpected' || verdict === 'not_genuine') counts.noteBad(verdict);
    else {
      const nowMs = performance.now();
      ports.release(slot, true);
      if (verdict === 'answer') this.#answered(ports, slot, nowMs);
      else {
        counts.noteBad(verdict);
        this.#ended(ports.user[slot]);
      }
      this.#pump(nowMs);
    }
  }

  #answered(ports: SourcePorts, slot: number, nowMs: number): void {
    const { book, check } = this.#parts;
    const counts = this.#counts;
    const user = ports.user[slot];
    const kind = ports.kind[slot];
    const dueMs = ports.dueMs[slot];
    counts.noteAnswer(nowMs);
    (kind === KIND.login ? counts.login : counts.accounting).add(nowMs - dueMs);
    const isStorm = this.#order.workload === 'storm';
    if (kind === KIND.login && isStorm) {
      book.keepClass(user, check.view.bytes, check.view.start(SLOT.class), check.view.size(SLOT.class));
      this.#startFollows(user, nowMs, dueMs);
      return;
    }
    if (kind === KIND.start) book.acknowledgeStart(user);
    else if (kind === KIND.interim) book.acknowledgeReport(user);
    else if (kind === KIND.stop) book.acknowledgeStop(user);
    if (isStorm) {
      const loginDueMs = ports.loginDueMs[slot];
      counts.loginAndStart.add(nowMs - loginDueMs);
      counts.timeline.addAnswer(loginDueMs - this.#startMs, nowMs - this.#startMs);
    }
    if (this.#isIssuing) counts.ratedWhileIssuing += 1;
    this.#ended(user);
  }

  /** As a router does it: the session begins as soon as the login is accepted. */
  #startFollows(user: number, nowMs: number, loginDueMs: number): void {
    if (!this.#send(KIND.start, user, nowMs, loginDueMs, nowMs)) {
      this.#waitingStarts.push({ user, dueMs: nowMs, loginDueMs });
    }
  }

  #ended(user: number): void {
    this.#inProgress -= 1;
    this.#parts.book.setBusy(user, false);
  }

  /** Sends again what has waited too long, and gives up what was sent often enough. */
  #sweep(ports: SourcePorts, nowMs: number): void {
    const { timeoutMs, tries } = this.#order;
    for (;;) {
      const slot = ports.inFlight.oldest;
      if (slot < 0 || nowMs - ports.sentMs[slot] < timeoutMs) return;
      if (ports.tries[slot] < tries) {
        if (this.#mayStillSend <= 0) return;
        this.#mayStillSend -= 1;
        this.#counts.retransmissions += 1;
        ports.sendAgain(slot, nowMs);
      } else {
        this.#counts.unanswered += 1;
        ports.release(slot, false);
        this.#ended(ports.user[slot]);
      }
    }
  }

  #result(): RunResult {
    return this.#counts.result({
      issuingEndedMs: this.#issuingEndedMs,
      endedMs: performance.now(),
      refused: this.#auth.refused + this.#acct.refused,
      openSessions: this.#parts.book.openCount,
    });
  }
}

/** Enough identifiers for everything that may wait for an answer, and some rest for each. */
function sourcePortsFor(order: RunOrder): number {
  const fastest = order.steps.reduce((most, { ratePerS }) => Math.max(most, ratePerS), 0);
  const waiting = order.window ?? (fastest * order.timeoutMs * order.tries) / 1000;
  return Math.min(SOURCE_PORTS_MAX, Math.max(2, Math.ceil((waiting * WINDOW_TO_IDS) / IDS)));
}
