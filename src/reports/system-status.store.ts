import type { Queryable } from '../db/database.ts';
import type { RouterStatus } from './system-status.ts';

/** A page waits for these; a slow database is a state worth showing, not worth waiting for. */
const DEADLINE = { deadlineMs: 2_500 };

/** Routers with when any host last heard them and the sessions that are open on them, by name. */
export async function readRouters(q: Queryable): Promise<RouterStatus[]> {
  const rows = await q.query<{
    name: string;
    address: string;
    is_disabled: boolean;
    last_auth_at: Date | null;
    last_acct_at: Date | null;
    sessions: string;
    uncertain: string;
  }>(
    `select n.name, n.address, n.disabled_at is not null as is_disabled,
       c.last_auth_at, c.last_acct_at, coalesce(s.sessions, 0) as sessions, coalesce(s.uncertain, 0) as uncertain
     from nas n
     left join (select nas_id, max(last_auth_at) as last_auth_at, max(last_acct_at) as last_acct_at
                from nas_contacts group by nas_id) c on c.nas_id = n.id
     left join (select nas_id, count(*) as sessions, count(uncertain_at) as uncertain
                from sessions where closed_at is null group by nas_id) s on s.nas_id = n.id
     order by n.name`,
    [],
    DEADLINE,
  );
  return rows.map((row) => ({
    name: row.name,
    address: row.address,
    isDisabled: row.is_disabled,
    lastLoginAtMs: row.last_auth_at?.getTime(),
    lastAccountingAtMs: row.last_acct_at?.getTime(),
    sessions: Number(row.sessions),
    uncertainSessions: Number(row.uncertain),
  }));
}

/** What exists at all, and how many subscribers. */
export async function readInventory(
  q: Queryable,
): Promise<{ readonly hasPlan: boolean; readonly hasService: boolean; readonly subscribers: number }> {
  const [row] = await q.query<{ has_plan: boolean; has_service: boolean; subscribers: string }>(
    `select exists (select 1 from isp_packages) as has_plan, exists (select 1 from isp_services) as has_service,
       (select count(*) from isp_services where status <> 'cancelled') as subscribers`,
    [],
    DEADLINE,
  );
  return {
    hasPlan: row?.has_plan ?? false,
    hasService: row?.has_service ?? false,
    subscribers: Number(row?.subscribers ?? 0),
  };
}

/** Sessions that are open, those of removed routers too. */
export async function readSessionCounts(
  q: Queryable,
): Promise<{ readonly sessions: number; readonly uncertain: number }> {
  const [row] = await q.query<{ sessions: string; uncertain: string }>(
    'select count(*) as sessions, count(uncertain_at) as uncertain from sessions where closed_at is null',
    [],
    DEADLINE,
  );
  return { sessions: Number(row?.sessions ?? 0), uncertain: Number(row?.uncertain ?? 0) };
}

/** Routers that leave orders unanswered, with how many wait. */
export async function readUnansweredOrders(q: Queryable): Promise<{ router: string; orders: number }[]> {
  const rows = await q.query<{ router: string; orders: string }>(
    `select n.name as router, count(*) as orders from enforcements e join nas n on n.id = e.nas_id
     where e.done_at is null and e.tries > 0 and e.created_at < now() - interval '10 seconds'
     group by n.name order by 1`,
    [],
    DEADLINE,
  );
  return rows.map((row) => ({ router: row.router, orders: Number(row.orders) }));
}

/** Jobs whose newest finished run failed. */
export async function readFailedJobs(q: Queryable): Promise<{ job: string; error: string }[]> {
  return q.query<{ job: string; error: string }>(
    `select job, coalesce(error, '') as error from (
       select distinct on (job) job, state, error from job_runs where finished_at is not null
       order by job, scheduled_for desc
     ) newest where state = 'failed' order by job`,
    [],
    DEADLINE,
  );
}
