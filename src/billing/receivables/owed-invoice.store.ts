import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import type { CustomerId, InvoiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { OwedInvoice } from './allocation.ts';

/** Invoices of a customer with a balance, written-off ones excepted (W1). */
export async function owedInvoices(q: Queryable, customerId: CustomerId): Promise<OwedInvoice[]> {
  const rows = await q.query<{ id: InvoiceId; number: string; due_date: string; balance: string }>(
    `select id, number, due_date, balance from invoices
     where customer_id = $1::bigint and balance > 0 and amount_written_off = 0 order by due_date, number`,
    [customerId],
  );
  return rows.map((row) => ({
    id: row.id,
    number: BigInt(row.number),
    dueDate: row.due_date,
    balanceMinor: BigInt(row.balance),
  }));
}

/** By how much the settled amounts of an invoice change. */
export interface Settlement {
  readonly invoiceId: InvoiceId;
  readonly column: 'amount_paid' | 'amount_credited' | 'amount_written_off';
  readonly byMinor: bigint;
}

/** What a settlement made of an invoice. */
export interface SettledInvoice {
  readonly id: InvoiceId;
  readonly isPaid: boolean;
  readonly wasPaid: boolean;
}

/**
 * Changes one settled amount of several invoices, each at most once, and keeps `paid_at` true: the moment the balance
 * became 0 other than by a write-off. The database refuses amounts above the total.
 */
export async function settleInvoices(
  tx: Transaction,
  now: Temporal.Instant,
  settlements: readonly Settlement[],
): Promise<SettledInvoice[]> {
  const column = settlements[0]?.column;
  if (column === undefined) return [];
  invariant(
    settlements.every((one) => one.column === column),
    'settlements written together change one amount',
  );
  const rows = await tx.query<{ id: InvoiceId; is_paid: boolean; was_paid: boolean }>(
    `update invoices set ${column} = invoices.${column} + s.by,
       paid_at = case
         when before.balance - s.by > 0 then null
         when before.paid_at is not null then before.paid_at
         when invoices.amount_written_off > 0 or '${column}' = 'amount_written_off' then null
         else $3::timestamptz end
     from unnest($1::bigint[], $2::bigint[]) as s (id, by) join invoices before using (id)
     where invoices.id = s.id
     returning invoices.id, invoices.paid_at is not null as is_paid, before.paid_at is not null as was_paid`,
    [settlements.map((one) => one.invoiceId), settlements.map((one) => one.byMinor), now.toString()],
  );
  return rows.map((row) => ({ id: row.id, isPaid: row.is_paid, wasPaid: row.was_paid }));
}
