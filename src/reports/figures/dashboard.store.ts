import type { Queryable } from '../../db/database.ts';
import type { ServiceStatus } from '../../subscribers/service-status.ts';
import { REPORT_DEADLINE } from './price-row.ts';

/** What is owed and what is held for customers in one currency. */
export interface Standing {
  readonly currency: string;
  readonly receivableMinor: bigint;
  readonly openInvoices: bigint;
  readonly overdueMinor: bigint;
  readonly overdueInvoices: bigint;
  /** The wallets of all customers. */
  readonly creditMinor: bigint;
}

/** Invoices with a balance, by the index of those, and wallets with money, as of a local date. */
export async function standings(q: Queryable, today: string): Promise<Standing[]> {
  const rows = await q.query<Record<'currency' | 'owed' | 'open' | 'late' | 'overdue' | 'credit', string>>(
    `select currency, sum(owed) as owed, sum(open) as open, sum(late) as late, sum(overdue) as overdue, sum(credit) as credit
     from (
       select currency, sum(balance) as owed, count(*) as open,
         coalesce(sum(balance) filter (where due_date < $1::date), 0) as late,
         count(*) filter (where due_date < $1::date) as overdue, 0 as credit
       from invoices where balance > 0 group by currency
       union all
       select currency, 0, 0, 0, 0, sum(credit_balance) from customers where credit_balance > 0 group by currency) s
     group by currency order by currency`,
    [today],
    REPORT_DEADLINE,
  );
  return rows.map((row) => ({
    currency: row.currency,
    receivableMinor: BigInt(row.owed),
    openInvoices: BigInt(row.open),
    overdueMinor: BigInt(row.late),
    overdueInvoices: BigInt(row.overdue),
    creditMinor: BigInt(row.credit),
  }));
}

/** How many services there are in each state, and customers with one that is live. */
export async function serviceCounts(
  q: Queryable,
): Promise<{ readonly states: ReadonlyMap<ServiceStatus, number>; readonly customers: number }> {
  const rows = await q.query<{ status: ServiceStatus | null; count: string }>(
    `select status, count(*) from isp_services group by status
     union all
     select null, count(distinct customer_id) from isp_services where status in ('active', 'throttled', 'suspended')`,
    [],
    REPORT_DEADLINE,
  );
  const states = new Map(
    rows.flatMap(({ status, count }) => (status === null ? [] : [[status, Number(count)]])),
  );
  return { states, customers: Number(rows.find(({ status }) => status === null)?.count ?? 0) };
}
