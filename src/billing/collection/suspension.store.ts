import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';

/** A service that is to be suspended for nonpayment, with what its invoices that are long overdue still need. */
export interface SuspensionCandidate {
  readonly serviceId: ServiceId;
  readonly customerId: CustomerId;
  readonly username: string;
  readonly currency: string;
  readonly overdueMinor: bigint;
}

/**
 * Live services without a nonpayment hold that have an invoice of their own, due by a date, with a balance; late fees,
 * voids and write-offs do not count (billing-rules S1, S2). By rising service id; `serviceId` asks about one.
 */
export async function suspensionCandidates(
  q: Queryable,
  page: {
    readonly dueBy: Temporal.PlainDate;
    readonly serviceId?: ServiceId | undefined;
    readonly afterId: string;
    readonly limit: number;
  },
): Promise<SuspensionCandidate[]> {
  const rows = await q.query<{
    id: ServiceId;
    customer_id: CustomerId;
    username: string;
    currency: string;
    overdue: string;
  }>(
    `select s.id, s.customer_id, s.username, min(i.currency) as currency, sum(i.balance) as overdue
     from isp_services s join invoices i on i.service_id = s.id
     where i.balance > 0 and i.amount_written_off = 0 and i.kind <> 'late_fee' and i.due_date <= $1::date
       and s.status in ('active', 'throttled', 'suspended') and s.id > $2::bigint
       and ($3::bigint is null or s.id = $3::bigint)
       and not exists (
         select from service_holds h where h.service_id = s.id and h.cause = 'nonpayment' and h.lifted_at is null
       )
     group by s.id order by s.id limit $4::int`,
    [page.dueBy.toString(), page.afterId, page.serviceId ?? null, page.limit],
  );
  return rows.map((row) => ({
    serviceId: row.id,
    customerId: row.customer_id,
    username: row.username,
    currency: row.currency,
    overdueMinor: BigInt(row.overdue),
  }));
}
