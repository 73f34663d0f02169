import type { Queryable } from '../../db/database.ts';
import type { JobCounts } from './job.port.ts';

/** A run of a job as it is recorded. */
export interface RecordedRun {
  readonly id: string;
  readonly job: string;
  readonly scheduledFor: Date;
  readonly state: 'running' | 'done' | 'failed';
  readonly runner: string;
  readonly counts: JobCounts;
  /** Why it failed, or what a run that is done could not do, a line for each. */
  readonly error: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** Which runs; `beforeId` goes on below one, newest first. */
export interface RunFilter {
  readonly job?: string | undefined;
  readonly state?: RecordedRun['state'] | undefined;
  readonly beforeId?: bigint | undefined;
  readonly limit: number;
}

/** Runs, the one that began last first. */
export function listRuns(q: Queryable, filter: RunFilter): Promise<RecordedRun[]> {
  return q.query<RecordedRun>(
    `select id, job, scheduled_for as "scheduledFor", state, runner, counts, error, started_at as "startedAt",
       finished_at as "finishedAt"
     from job_runs
     where ($1::text is null or job = $1::text) and ($2::text is null or state = $2::text)
       and ($3::bigint is null or id < $3::bigint)
     order by id desc limit $4::int`,
    [filter.job ?? null, filter.state ?? null, filter.beforeId ?? null, filter.limit],
  );
}
