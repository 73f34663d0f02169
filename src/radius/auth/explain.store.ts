import type { Queryable } from '../../db/database.ts';

/** A login as the authentication log kept it. */
export interface LoginRow {
  readonly at: Date;
  readonly outcome: number;
  readonly reason: string | null;
  readonly trail: number;
  readonly method: number;
  readonly nas_name: string | null;
  readonly calling_station: string | null;
}

/** The latest logins of a user name within the last days; the log of today has no index, so it is read bounded. */
export async function latestLogins(q: Queryable, username: string, limit: number): Promise<LoginRow[]> {
  return q.query<LoginRow>(
    `select l.at, l.outcome, l.reason, l.trail, l.method, n.name as nas_name, l.calling_station
     from auth_log l left join nas n on n.id = l.nas_id
     where l.username = $1 and l.at > now() - interval '2 days' order by l.at desc limit $2::int`,
    [username, limit],
    { deadlineMs: 30_000 },
  );
}

/** The service that has this user name or MAC, ids as text; undefined when none. */
export async function serviceIdByUsername(
  q: Queryable,
  usernames: readonly string[],
): Promise<string | undefined> {
  const [row] = await q.query<{ id: string }>(
    `select id from isp_services where username = any($1::text[]) or lower(username) = any($1::text[])
     order by status = 'cancelled', username <> $2 limit 1`,
    [usernames, usernames[0] ?? ''],
  );
  return row?.id;
}

/** Open sessions of a service for the session limit. */
export async function openSessionsOfService(
  q: Queryable,
  serviceId: string,
): Promise<{ nas_id: string; calling_station: string | null; nas_port: string | null; silent_s: number }[]> {
  return q.query(
    `select nas_id, calling_station, nas_port, extract(epoch from now() - last_report_at)::int as silent_s
     from sessions where service_id = $1::bigint and closed_at is null`,
    [serviceId],
  );
}
