import type { Queryable, Transaction } from '../../db/database.ts';
import type { PlanId } from '../../kernel/ids.ts';

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
  await tx.query(
    `with locked as (select id from isp_services where id = any($1::bigint[]) order by id for no key update)
     update isp_services s set state_version = state_version + 1 from locked where s.id = locked.id`,
    [serviceIds],
  );
}
