import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';

const heldButPaid = `from service_holds h join isp_services s on s.id = h.service_id
  where h.cause = 'nonpayment' and h.lifted_at is null and s.status <> 'cancelled'
    and not exists (
      select from invoices i
      where i.service_id = s.id and i.balance > 0 and i.amount_written_off = 0 and i.due_date < $1::date
    )`;

/** Services of a customer that are held for nonpayment though none of their invoices is overdue (billing-rules S3). */
export async function heldButPaidOf(
  q: Queryable,
  customerId: CustomerId,
  today: Temporal.PlainDate,
): Promise<ServiceId[]> {
  const rows = await q.query<{ id: ServiceId }>(
    `select s.id ${heldButPaid} and s.customer_id = $2::bigint order by s.id`,
    [today.toString(), customerId],
  );
  return rows.map((row) => row.id);
}

/** The same of everybody: pages by service id, from the one after `afterId`. */
export async function heldButPaidPage(
  q: Queryable,
  page: { readonly today: Temporal.PlainDate; readonly afterId: string; readonly limit: number },
): Promise<{ readonly serviceId: ServiceId; readonly customerId: CustomerId; readonly username: string }[]> {
  return q.query(
    `select s.id as "serviceId", s.customer_id as "customerId", s.username ${heldButPaid}
       and s.id > $2::bigint order by s.id limit $3::int`,
    [page.today.toString(), page.afterId, page.limit],
  );
}
