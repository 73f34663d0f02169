import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';

/**
 * Live postpaid services with a boundary on or before a local date (R1), and those without a period that are no longer
 * suspended (S4), by id, after one of them.
 */
export async function dueServices(
  q: Queryable,
  page: { readonly today: Temporal.PlainDate; readonly after: ServiceId | undefined; readonly limit: number },
): Promise<ServiceId[]> {
  const rows = await q.query<{ id: string }>(
    `select s.id from isp_services s join isp_packages p on p.id = s.package_id
     where s.id > $2::bigint and p.model = 'postpaid' and (
       (s.status in ('active', 'throttled', 'suspended') and s.next_billing_date <= $1::date)
       or ((s.status in ('active', 'throttled') or s.status = 'suspended' and s.reason = 'data_cap') and s.next_billing_date is null and s.period_end is not null))
     order by s.id limit $3::int`,
    [page.today, page.after ?? '0', page.limit],
  );
  return rows.map((row) => row.id as ServiceId);
}

/** The services of a customer that have a next boundary, by id. */
export async function servicesWithNextBoundary(q: Queryable, customerId: CustomerId): Promise<ServiceId[]> {
  const rows = await q.query<{ id: string }>(
    `select id from isp_services where customer_id = $1::bigint and next_billing_date is not null
       and status in ('active', 'throttled', 'suspended') order by id`,
    [customerId],
  );
  return rows.map((row) => row.id as ServiceId);
}
