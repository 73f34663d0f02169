import type { Temporal } from 'temporal-polyfill';

/** I7 as an SQL expression over a row of `invoices` on a local date; `invoiceStatus` says the same of one invoice. */
export function invoiceStatusSql(row: string, today: Temporal.PlainDate): string {
  return `case when ${row}.voided_at is not null then 'void' when ${row}.amount_written_off > 0 then 'written_off'
    when ${row}.balance = 0 then 'paid' when ${row}.due_date < date '${today.toString()}' then 'overdue'
    when ${row}.balance < ${row}.total then 'partially_paid' else 'open' end`;
}
