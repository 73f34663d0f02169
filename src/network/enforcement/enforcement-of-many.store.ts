import type { Queryable, Transaction } from '../../db/database.ts';
import type { PlanId } from '../../kernel/ids.ts';
import type { SessionFacts } from './enforcement-plan.ts';

/** Services of a package with a live session, by id. */
export async function onlineServicesOfPlan(
  q: Queryable,
  page: { readonly planId: PlanId; readonly after: string; readonly limit: number },
): Promise<string[]> {
  const rows = await q.query<{ id: string }>(
    `select s.id from isp_services s where s.package_id = $1::bigint and s.id > $2::bigint
       and exists (select 1 from sessions o where o.service_id = s.id and o.closed_at is null)
     order by s.id limit $3::int`,
    [page.planId, page.after, page.limit],
  );
  return rows.map(({ id }) => String(id));
}

/** Sessions of these services are behind from now on. */
export async function raiseStateVersions(tx: Transaction, serviceIds: readonly string[]): Promise<void> {
  await tx.query('update isp_services set state_version = state_version + 1 where id = any($1::bigint[])', [
    serviceIds,
  ]);
}

/**
 * Live sessions of services after an id on routers that are live, by service; a service's sessions are never divided between two pages, so a page
 * may be a little longer than `limit`.
 */
export async function openSessionsAfter(
  q: Queryable,
  page: { readonly after: string; readonly limit: number },
): Promise<(SessionFacts & { readonly serviceId: string })[]> {
  const rows = await q.query<{
    id: string;
    service_id: string;
    nas_id: string;
    grade: string | null;
    state_version: number | null;
  }>(
    `select id, service_id, nas_id, grade, state_version from sessions s
     where closed_at is null and service_id > $1::bigint
       and not exists (select from nas_shadow h where h.nas_id = s.nas_id) order by service_id
     fetch first ($2::int) rows with ties`,
    [page.after, page.limit],
  );
  return rows.map((row) => ({
    sessionId: String(row.id),
    serviceId: String(row.service_id),
    nasId: String(row.nas_id),
    grade: row.grade ?? undefined,
    stateVersion: row.state_version ?? undefined,
  }));
}
