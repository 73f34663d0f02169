import type { Queryable } from '../../db/database.ts';
import type { SecretOwner } from './router-drift.ts';

/** An open session of a router. */
export interface OpenSession {
  readonly sessionId: string;
  readonly serviceId: string | undefined;
  readonly username: string;
  readonly acctSessionId: string;
}

/** Sessions open on a router for at least `settledS`; younger ones may not have got round yet. */
export async function openSessionsOfNas(
  q: Queryable,
  { nasId, settledS }: { readonly nasId: string; readonly settledS: number },
): Promise<(OpenSession & { readonly isSettled: boolean })[]> {
  const rows = await q.query<SessionRow>(
    `select id, service_id, username, acct_session_id,
       started_at < now() - make_interval(secs => $2::int) as is_settled
     from sessions where nas_id = $1::bigint and closed_at is null order by id`,
    [nasId, settledS],
  );
  return rows.map((row) => ({
    sessionId: String(row.id),
    serviceId: row.service_id === null ? undefined : String(row.service_id),
    username: row.username,
    acctSessionId: row.acct_session_id,
    isSettled: row.is_settled,
  }));
}

/** How the services of these names are enforced, cancelled ones left out. */
export async function secretOwners(
  q: Queryable,
  names: readonly string[],
): Promise<ReadonlyMap<string, SecretOwner>> {
  const rows = await q.query<{ username: string; owner: SecretOwner }>(
    `select s.username, case when p.service_id is null then 'radius' else 'local' end as owner
     from isp_services s left join router_provisions p on p.service_id = s.id
     where s.username = any($1::text[]) and s.status <> 'cancelled'`,
    [names],
  );
  return new Map(rows.map((row) => [row.username, row.owner]));
}

/** Which of these names services have already. */
export async function takenUsernames(q: Queryable, names: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await q.query<{ username: string }>(
    'select username from isp_services where username = any($1::text[])',
    [names],
  );
  return new Set(rows.map((row) => row.username));
}

interface SessionRow {
  readonly id: string;
  readonly service_id: string | null;
  readonly username: string;
  readonly acct_session_id: string;
  readonly is_settled: boolean;
}
