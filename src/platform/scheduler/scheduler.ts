import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Logger } from '../logger.port.ts';
import type { Job, RunOutcome } from './job.port.ts';
import { abandonRun, lapsedRuns, latestRuns } from './job-run.store.ts';
import type { JobRunner } from './runner.ts';
import { readSchedule, type Schedule } from './schedule.ts';

/** What the scheduler works with. */
export interface SchedulerOptions {
  readonly db: Database;
  readonly runner: JobRunner;
  readonly jobs: readonly Job[];
  readonly logger: Logger;
  /** The clock of the machine, never the test clock. */
  readonly clock: Clock;
  readonly timeZone: string;
  /** By job, in place of its own. */
  readonly schedules?: Readonly<Record<string, string>> | undefined;
  /** With the test clock, jobs that follow business time wait for `runNow`. */
  readonly isTestClock: boolean;
}

/** What decides when jobs start. */
export type Timetable = Pick<SchedulerOptions, 'timeZone' | 'schedules'>;

const tickEveryMs = 500;
/** The host that ran a job last goes first: it may remember what it saw. */
const yieldMs = 1_000;
const retryMs = 5_000;
const takeOverEveryMs = 15_000;
/** A run that keeps killing its processes is given up after this long. */
const takeOverMaxMs = 3_600_000;

interface Entry {
  readonly job: Job;
  readonly startsByItself: boolean;
  schedule: Schedule;
  nextMs: number;
  /** The tick that still has to be run. */
  pendingMs: number | undefined;
  notBeforeMs: number;
  isMine: boolean;
}

/** Starts jobs at their ticks, catches up on what a downtime missed (once, not once per tick), takes over dead runs. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #entries: readonly Entry[];
  readonly #timer: NodeJS.Timeout;
  #passing: Promise<void> | undefined;
  #hasCaughtUp = false;
  #tookOverMs = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  /** Starts at once; throws when a schedule cannot be read. */
  constructor(options: SchedulerOptions) {
    this.#options = options;
    const nowMs = options.clock.nowMs();
    this.#entries = options.jobs.map((job) => {
      const schedule = this.#scheduleOf(job, options);
      return {
        job,
        startsByItself: job.follows === 'real_time' || !options.isTestClock,
        schedule,
        nextMs: schedule.next(nowMs),
        pendingMs: undefined,
        notBeforeMs: 0,
        isMine: true,
      };
    });
    this.#timer = setInterval(() => void this.pass(), tickEveryMs);
  }

  /** Follows another time zone and other schedules from now on; ticks that have passed are not run again. */
  setTimetable(timetable: Timetable): void {
    const nowMs = this.#options.clock.nowMs();
    for (const entry of this.#entries) {
      entry.schedule = this.#scheduleOf(entry.job, timetable);
      entry.nextMs = entry.schedule.next(nowMs);
    }
  }

  /** Runs a job outside its schedule; throws `job_not_found`. `busy` says that a run is under way somewhere. */
  async runNow(name: string): Promise<RunOutcome> {
    const entry = this.#entries.find(({ job }) => job.name === name);
    if (entry === undefined) throw notFound('job_not_found', `There is no job '${name}'.`);
    return this.#options.runner.runNow(entry.job);
  }

  /** Starts whatever is due; called by a timer and never twice at once. Resolves when all of it was started. */
  pass(): Promise<void> {
    this.#passing ??= this.#pass()
      .catch((error: unknown) => {
        this.#options.logger.warn({ event: 'scheduler.pass_failed', err: error });
      })
      .finally(() => {
        this.#passing = undefined;
      });
    return this.#passing;
  }

  /** Starts nothing more and lets what is under way end. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#passing;
    await this.#options.runner.stop();
  }

  /** A chosen schedule that never comes, such as a 30 February, leaves the job its own. */
  #scheduleOf(job: Job, { timeZone, schedules }: Timetable): Schedule {
    const chosen = schedules?.[job.name];
    if (chosen !== undefined) {
      try {
        const schedule = readSchedule(chosen, timeZone);
        schedule.next(this.#options.clock.nowMs());
        schedule.latest(this.#options.clock.nowMs());
        return schedule;
      } catch (err) {
        this.#options.logger.warn({
          event: 'scheduler.schedule_unusable',
          job: job.name,
          schedule: chosen,
          err,
        });
      }
    }
    return readSchedule(job.schedule, timeZone);
  }

  async #pass(): Promise<void> {
    const { clock } = this.#options;
    this.#noteTicks(clock.nowMs());
    if (!this.#hasCaughtUp) await this.#catchUp();
    if (clock.monotonicMs() - this.#tookOverMs >= takeOverEveryMs) {
      this.#tookOverMs = clock.monotonicMs();
      await this.#takeOver();
    }
    for (const entry of this.#entries) {
      if (entry.pendingMs !== undefined && clock.nowMs() >= entry.notBeforeMs)
        this.#start(entry, entry.pendingMs);
    }
  }

  #noteTicks(nowMs: number): void {
    for (const entry of this.#entries) {
      if (!entry.startsByItself || nowMs < entry.nextMs) continue;
      entry.pendingMs = entry.schedule.latest(nowMs);
      entry.notBeforeMs = entry.isMine ? nowMs : nowMs + yieldMs;
      entry.nextMs = entry.schedule.next(nowMs);
    }
  }

  /** What should have run while no worker was up. */
  async #catchUp(): Promise<void> {
    const { db, clock } = this.#options;
    const latest = await latestRuns(db);
    for (const entry of this.#entries) {
      if (!entry.startsByItself) continue;
      const tickMs = entry.schedule.latest(clock.nowMs());
      if ((latest.get(entry.job.name) ?? Number.NEGATIVE_INFINITY) < tickMs) entry.pendingMs ??= tickMs;
    }
    this.#hasCaughtUp = true;
  }

  async #takeOver(): Promise<void> {
    const { db, clock, logger } = this.#options;
    for (const run of await lapsedRuns(db)) {
      const entry = this.#entries.find(({ job }) => job.name === run.job);
      // A job this version does not know may be one of another host's newer version.
      if (entry === undefined) continue;
      const isHopeless = clock.nowMs() - run.startedAt.getTime() > takeOverMaxMs;
      logger.warn({
        event: 'scheduler.run_lapsed',
        job: run.job,
        run_id: run.id,
        scheduled_for: run.scheduledFor,
      });
      if (run.isSuperseded || isHopeless) await abandonRun(db, run.id);
      else entry.pendingMs ??= run.scheduledFor.getTime();
    }
  }

  #start(entry: Entry, scheduledForMs: number): void {
    if (this.#isStopped) return;
    const { runner, clock, logger } = this.#options;
    entry.pendingMs = undefined;
    runner.run(entry.job, scheduledForMs).then(
      ({ outcome }) => {
        if (outcome === 'busy') logger.debug({ event: 'scheduler.tick_skipped', job: entry.job.name });
        else entry.isMine = outcome !== 'taken';
      },
      (error: unknown) => {
        // The database is away: the tick is kept until it is back or the next one comes.
        logger.warn({ event: 'scheduler.job_not_started', job: entry.job.name, err: error });
        entry.pendingMs ??= scheduledForMs;
        entry.notBeforeMs = clock.nowMs() + retryMs;
      },
    );
  }
}
