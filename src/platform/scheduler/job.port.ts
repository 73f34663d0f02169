/** What one run did, in numbers worth keeping. */
export type JobCounts = Readonly<Record<string, number>>;

/** The numbers of a run, with a sentence for each thing it could not do. */
export interface JobReport {
  readonly counts: JobCounts;
  readonly failures: readonly string[];
}

/**
 * Work done on a schedule. It must be restartable in the middle and safe to run twice at once: a runner that lost
 * its lease may still be at it (architecture section 6, "Jobs").
 */
export interface Job {
  /** kebab-case, unique; the key of its runs in the database. */
  readonly name: string;
  /** Five cron fields in the billing time zone. */
  readonly schedule: string;
  /**
   * Which time the work is about. With the test clock, jobs of the business do not start by themselves: whoever
   * moves the clock runs them. Maintenance follows real time and goes on.
   */
  readonly follows: 'business' | 'real_time';
  /** Should end soon once `signal` is aborted: the process stops, or the lease is lost. */
  run(signal: AbortSignal): Promise<JobCounts | JobReport>;
}

/**
 * What became of a run this process was asked for; `taken`: this very run is somebody else's, `busy`: another run of the job is under
 * way somewhere.
 */
export type RunOutcome =
  | { readonly outcome: 'done'; readonly counts: JobCounts }
  | { readonly outcome: 'failed'; readonly error: unknown }
  | { readonly outcome: 'taken' | 'busy' };

/** Starts jobs outside their schedule, under a lease and with a record. */
export interface JobStarter {
  runNow(job: Job): Promise<RunOutcome>;
}

/** What a run gave back, in the one shape. */
export function jobReport(result: JobCounts | JobReport): JobReport {
  return isReport(result) ? result : { counts: result, failures: [] };
}

function isReport(result: JobCounts | JobReport): result is JobReport {
  return typeof result.counts === 'object';
}
