import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';

/** Live postpaid services with a boundary on or before a local date, by id, after one of them (R1). */
export async function dueServices(
  q: Queryable,
  page: { readonly today: Temporal.PlainDate; readonly after: ServiceId | undefined; readonly limit: number },
): Promise<ServiceId[]> {
  const rows = await q.query<{ id: string }>(
    `select s.id from isp_services s join isp_packages p on p.id = s.package_id
     where s.status in ('active', 'throttled', 'suspended') and s.next_billing_date <= $1::date
       and s.id > $2::bigint and p.model = 'postpaid'
     order by s.id limit $3::int`,
    [page.today, page.after ?? '0', page.limit],
  );
  return rows.map((row) => row.id as ServiceId);
}
