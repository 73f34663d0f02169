import type { Database, Queryable } from '../../db/database.ts';
import type { JobCounts } from './job.port.ts';

/** What became of trying to start a run. */
export type Claim =
  | { readonly outcome: 'claimed'; readonly id: string }
  /** This very run is somebody else's, or over. */
  | { readonly outcome: 'taken' }
  /** Another run of the same job is under way. */
  | { readonly outcome: 'busy' };

/** Which run, who wants it, and how long it is his without a renewal. */
export interface ClaimRequest {
  readonly job: string;
  readonly scheduledFor: Date;
  readonly runner: string;
  readonly leaseMs: number;
}

/** A run whose runner fell silent. */
export interface LapsedRun {
  readonly id: string;
  readonly job: string;
  readonly scheduledFor: Date;
  /** When it first began, before anybody took it over. */
  readonly startedAt: Date;
  /** A later run of the job exists, which did the same work. */
  readonly isSuperseded: boolean;
}

const LAPSED_ERROR = 'Its process ended or lost the database before the work was done.';

/**
 * Makes `runner` the one that does this run, for as long as it renews the lease. A run whose lease has run out is
 * taken over; earlier ones of the job in that state are recorded as failed.
 */
export async function claimRun(db: Database, request: ClaimRequest): Promise<Claim> {
  const { job, scheduledFor, runner, leaseMs } = request;
  return db.transaction(async (tx) => {
    // Two hosts with different ticks of one job must see each other.
    await tx.query(`select pg_advisory_xact_lock(hashtext('job_runs'), hashtext($1::text))`, [job]);
    await tx.query(
      `update job_runs set state = 'failed', error = $3, finished_at = now()
       where job = $1 and state = 'running' and lease_until < now() and scheduled_for < $2::timestamptz`,
      [job, scheduledFor, LAPSED_ERROR],
    );
    const [other] = await tx.query(
      `select 1 from job_runs where job = $1 and state = 'running' and lease_until >= now()
         and scheduled_for <> $2::timestamptz limit 1`,
      [job, scheduledFor],
    );
    if (other !== undefined) return { outcome: 'busy' };
    const [row] = await tx.query<{ id: string }>(
      `insert into job_runs (job, scheduled_for, state, runner, lease_until)
       values ($1, $2::timestamptz, 'running', $3, now() + make_interval(secs => $4::float8 / 1000))
       on conflict (job, scheduled_for) do update set runner = excluded.runner, lease_until = excluded.lease_until
         where job_runs.state = 'running' and job_runs.lease_until < now()
       returning id`,
      [job, scheduledFor, runner, leaseMs],
    );
    return row === undefined ? { outcome: 'taken' } : { outcome: 'claimed', id: row.id };
  });
}

/** Keeps a run for another `leaseMs`; false when somebody else has it by now. */
export async function renewLease(
  q: Queryable,
  run: { readonly id: string; readonly runner: string; readonly leaseMs: number },
): Promise<boolean> {
  const rows = await q.query(
    `update job_runs set lease_until = now() + make_interval(secs => $3::float8 / 1000)
     where id = $1::bigint and runner = $2 and state = 'running' returning id`,
    [run.id, run.runner, run.leaseMs],
    { deadlineMs: 5_000 },
  );
  return rows.length === 1;
}

/** Ends a run; false when it is no longer this runner's to end. */
export async function finishRun(
  q: Queryable,
  run: {
    readonly id: string;
    readonly runner: string;
    readonly state: 'done' | 'failed';
    readonly counts: JobCounts;
    readonly error: string | null;
  },
): Promise<boolean> {
  const rows = await q.query(
    `update job_runs set state = $3, counts = $4::jsonb, error = $5, finished_at = now(), lease_until = now()
     where id = $1::bigint and runner = $2 and state = 'running' returning id`,
    [run.id, run.runner, run.state, JSON.stringify(run.counts), run.error],
  );
  return rows.length === 1;
}

/** The newest run of each job, in ms since the epoch. */
export async function latestRuns(q: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await q.query<{ job: string; latest: Date }>(
    'select job, max(scheduled_for) as latest from job_runs group by job',
  );
  return new Map(rows.map((row) => [row.job, row.latest.getTime()]));
}

/** Runs whose lease has run out. */
export async function lapsedRuns(q: Queryable): Promise<LapsedRun[]> {
  return q.query<LapsedRun>(
    `select id, job, scheduled_for as "scheduledFor", started_at as "startedAt",
       exists (select 1 from job_runs later where later.job = r.job and later.scheduled_for > r.scheduled_for)
         as "isSuperseded"
     from job_runs r where state = 'running' and lease_until < now() order by scheduled_for limit 100`,
  );
}

/** Records a lapsed run as failed, unless somebody took it over meanwhile. */
export async function abandonRun(q: Queryable, id: string): Promise<void> {
  await q.query(
    `update job_runs set state = 'failed', error = $2, finished_at = now()
     where id = $1::bigint and state = 'running' and lease_until < now()`,
    [id, LAPSED_ERROR],
  );
}

/** Forgets runs that ended so long ago, failed ones later; the newest of each job stays. Returns how many. */
export async function pruneRuns(
  q: Queryable,
  keep: { readonly doneDays: number; readonly failedDays: number },
): Promise<number> {
  const rows = await q.query(
    `delete from job_runs r
     where r.finished_at < now() - make_interval(days => case r.state when 'done' then $1::int else $2::int end)
       and r.scheduled_for < (select max(scheduled_for) from job_runs newest where newest.job = r.job)
     returning r.id`,
    [keep.doneDays, keep.failedDays],
  );
  return rows.length;
}
