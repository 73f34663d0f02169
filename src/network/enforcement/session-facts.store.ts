import type { Queryable } from '../../db/database.ts';
import type { SessionFacts } from './enforcement-plan.ts';

/** What is known of an open session, with its service. */
export type SessionOfService = SessionFacts & { readonly serviceId: string };

interface Row {
  readonly id: string;
  readonly service_id: string;
  readonly nas_id: string;
  readonly grade: string | null;
  readonly state_version: number | null;
  readonly is_login_outdated: boolean;
}

/**
 * The segment that ran when a session began names the package it was let in under. What the service has of its own beats
 * either package.
 */
const IS_LOGIN_OUTDATED = `exists (
  select from isp_service_segments g join isp_services v on v.id = g.service_id
    join isp_packages was on was.id = g.package_id join isp_packages has on has.id = v.package_id
  where g.service_id = s.service_id and g.package_id <> v.package_id
    and g.from_at <= s.started_at and (g.to_at is null or g.to_at > s.started_at)
    and (was.address_list is distinct from has.address_list or was.ppp_profile is distinct from has.ppp_profile
      or (was.pool is distinct from has.pool and v.framed_ip is null and v.framed_pool is null)
      or (was.ipv6_pool is distinct from has.ipv6_pool and v.delegated_ipv6_prefix is null)))`;

/** Open sessions, uncertain ones included, on routers that are live: what a shadowed one does is its old server's business. */
const OPEN_SESSIONS = `select id, service_id, nas_id, grade, state_version, ${IS_LOGIN_OUTDATED} as is_login_outdated
  from sessions s
  where closed_at is null and not exists (select from nas_shadow h where h.nas_id = s.nas_id)`;

/** The open sessions of services. */
export async function openSessionsOf(
  q: Queryable,
  serviceIds: readonly string[],
): Promise<SessionOfService[]> {
  const rows = await q.query<Row>(`${OPEN_SESSIONS} and service_id = any($1::bigint[]) order by id`, [
    serviceIds,
  ]);
  return rows.map(toFacts);
}

/**
 * Open sessions of services after an id, by service; those of one service are never divided between two pages, so a page
 * may be a little longer than `limit`.
 */
export async function openSessionsAfter(
  q: Queryable,
  page: { readonly after: string; readonly limit: number },
): Promise<SessionOfService[]> {
  const rows = await q.query<Row>(
    `${OPEN_SESSIONS} and service_id > $1::bigint order by service_id fetch first ($2::int) rows with ties`,
    [page.after, page.limit],
  );
  return rows.map(toFacts);
}

function toFacts(row: Row): SessionOfService {
  return {
    sessionId: String(row.id),
    serviceId: String(row.service_id),
    nasId: String(row.nas_id),
    grade: row.grade ?? undefined,
    stateVersion: row.state_version ?? undefined,
    isLoginOutdated: row.is_login_outdated,
  };
}
