import type { Queryable } from '../db/database.ts';

/** A scrape waits for these. */
const DEADLINE = { deadlineMs: 2_500 };

/** What waits in the database and how long the oldest has. */
export interface Backlog {
  readonly waiting: number;
  readonly oldestS: number;
}

/** Queues by name: events, orders to the network, webhooks. */
export async function readBacklogs(q: Queryable): Promise<Readonly<Record<string, Backlog>>> {
  const rows = await q.query<{ queue: string; waiting: string; oldest: number }>(
    `select 'outbox' as queue, count(*) as waiting,
       coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest
     from outbox where done_at is null
     union all
     select 'enforcement', count(*), coalesce(extract(epoch from now() - min(created_at)), 0)::float8
     from enforcements where done_at is null
     union all
     select 'webhooks', count(*), coalesce(extract(epoch from now() - min(created_at)), 0)::float8
     from webhook_deliveries where status = 'waiting'`,
    [],
    DEADLINE,
  );
  return Object.fromEntries(
    rows.map((row) => [row.queue, { waiting: Number(row.waiting), oldestS: row.oldest }]),
  );
}

/** A job as its newest finished run left it, and how many runs are on record. */
export interface JobFacts {
  readonly job: string;
  readonly hasFailed: boolean;
  readonly finishedAtS: number;
  readonly tookS: number;
}

/** The newest finished run of each job. */
export async function readJobs(q: Queryable): Promise<JobFacts[]> {
  return q.query<JobFacts>(
    `select distinct on (job) job, state = 'failed' as "hasFailed",
       extract(epoch from finished_at)::float8 as "finishedAtS",
       extract(epoch from finished_at - started_at)::float8 as "tookS"
     from job_runs where finished_at is not null order by job, scheduled_for desc`,
    [],
    DEADLINE,
  );
}
