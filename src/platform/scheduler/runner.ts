import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../logger.port.ts';
import { type Job, type JobCounts, type JobStarter, jobReport, type RunOutcome } from './job.port.ts';
import { claimRun, finishRun, renewLease } from './job-run.store.ts';

/** What a runner works with; `runner` names this process among all hosts. */
export interface JobRunnerOptions {
  readonly db: Database;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly runner: string;
  /** How long a run of a dead process keeps others waiting. */
  readonly leaseMs?: number;
}

const leaseDefaultMs = 60_000;
const stopGraceMs = 2_500;
/** How many failures of single items a run keeps. */
const failuresMax = 100;

/** Does runs of jobs under a lease, so that each is done by one of many hosts, and records them. */
export class JobRunner implements JobStarter {
  readonly #options: JobRunnerOptions;
  readonly #leaseMs: number;
  readonly #underWay = new Map<
    string,
    { readonly abort: AbortController; readonly ended: Promise<unknown> }
  >();
  doneCount = 0;
  failedCount = 0;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? leaseDefaultMs;
  }

  /** The jobs this process is at. */
  get running(): readonly string[] {
    return [...this.#underWay.keys()];
  }

  /** Does one run unless somebody else does or did. Rejects only when the database cannot be asked. */
  async run(job: Job, scheduledForMs: number): Promise<RunOutcome> {
    if (this.#underWay.has(job.name)) return { outcome: 'busy' };
    const abort = new AbortController();
    const work = this.#claimAndRun(job, scheduledForMs, abort);
    this.#underWay.set(job.name, { abort, ended: work.catch(() => undefined) });
    try {
      return await work;
    } finally {
      this.#underWay.delete(job.name);
    }
  }

  /** Runs a job now, outside its schedule. */
  runNow(job: Job): Promise<RunOutcome> {
    return this.run(job, this.#options.clock.nowMs());
  }

  /** Asks what is under way to end and gives it a little time. */
  async stop(): Promise<void> {
    const all = [...this.#underWay.values()];
    for (const { abort } of all) abort.abort(new Error('The process stops.'));
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopGraceMs);
    });
    await Promise.race([Promise.all(all.map(({ ended }) => ended)), tooLong]);
    clearTimeout(timer);
  }

  async #claimAndRun(job: Job, scheduledForMs: number, abort: AbortController): Promise<RunOutcome> {
    const { db, runner } = this.#options;
    const scheduledFor = new Date(scheduledForMs);
    const claim = await claimRun(db, { job: job.name, scheduledFor, runner, leaseMs: this.#leaseMs });
    if (claim.outcome !== 'claimed') return claim;
    const stopRenewing = this.#keepLease(claim.id, abort);
    try {
      abort.signal.throwIfAborted();
      const { counts, failures } = jobReport(await job.run(abort.signal));
      stopRenewing();
      const error = failures.length === 0 ? null : failures.slice(0, failuresMax).join('\n');
      await this.#record(job, claim.id, { state: 'done', counts, error });
      this.doneCount += 1;
      return { outcome: 'done', counts };
    } catch (error) {
      stopRenewing();
      await this.#record(job, claim.id, { state: 'failed', counts: {}, error: messageOf(error) });
      this.failedCount += 1;
      this.#options.logger.error({ event: 'scheduler.job_failed', job: job.name, err: error });
      return { outcome: 'failed', error };
    }
  }

  /** Renews three times per lease; a lease that is lost, or may be, ends the work. */
  #keepLease(id: string, abort: AbortController): () => void {
    const { db, clock, runner } = this.#options;
    let heldUntilMs = clock.monotonicMs() + this.#leaseMs;
    const renew = async (): Promise<void> => {
      const askedMs = clock.monotonicMs();
      const isOurs = await renewLease(db, { id, runner, leaseMs: this.#leaseMs }).catch(() => undefined);
      if (isOurs === true) heldUntilMs = askedMs + this.#leaseMs;
      else if (isOurs === false || clock.monotonicMs() > heldUntilMs)
        abort.abort(new Error('The lease is lost.'));
    };
    const timer = setInterval(() => void renew(), this.#leaseMs / 3);
    return () => clearInterval(timer);
  }

  /** A run that cannot be recorded stays under way in the books until its lease is over, and is then done again. */
  async #record(
    job: Job,
    id: string,
    end: { state: 'done' | 'failed'; counts: JobCounts; error: string | null },
  ): Promise<void> {
    const { db, logger, runner } = this.#options;
    try {
      const isOurs = await finishRun(db, { id, runner, ...end });
      if (!isOurs) logger.warn({ event: 'scheduler.lease_lost', job: job.name, run_id: id });
    } catch (error) {
      logger.warn({ event: 'scheduler.run_not_recorded', job: job.name, run_id: id, err: error });
    }
  }
}
