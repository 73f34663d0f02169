import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import type { InvoiceId, PaymentId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { WalletCredit } from '../receivables/allocation.ts';
import type { Release, StandingAllocation } from './refund.ts';

/** The wallet credit a payment brought, also when nothing is left of it. */
export async function creditOfPayment(q: Queryable, paymentId: PaymentId): Promise<WalletCredit> {
  const [row] = await q.query<{ id: string; remaining: string }>(
    `select id, remaining from wallet_credits where source = 'payment' and source_id = $1::bigint`,
    [paymentId],
  );
  invariant(row !== undefined, 'every payment brings a wallet credit');
  return { id: row.id, paymentId, remainingMinor: BigInt(row.remaining) };
}

/** Where a payment stands. */
export async function standingAllocations(q: Queryable, paymentId: PaymentId): Promise<StandingAllocation[]> {
  const rows = await q.query<{
    id: string;
    invoice_id: InvoiceId;
    number: string;
    due_date: string;
    amount: string;
  }>(
    `select a.id, a.invoice_id, i.number, i.due_date, a.amount
     from allocations a join invoices i on i.id = a.invoice_id
     where a.payment_id = $1::bigint and a.reversed_at is null order by a.id`,
    [paymentId],
  );
  return rows.map((row) => ({
    id: row.id,
    invoiceId: row.invoice_id,
    number: BigInt(row.number),
    dueDate: row.due_date,
    amountMinor: BigInt(row.amount),
  }));
}

/**
 * Ends allocations; what is not released of one goes on as a new row that was allocated when the old one was. Each
 * allocation is named once, with all that is released of it.
 */
export async function endAllocations(
  tx: Transaction,
  at: Temporal.Instant,
  releases: readonly Release[],
): Promise<void> {
  if (releases.length === 0) return;
  await tx.query(
    `with ended as (
       update allocations set reversed_at = $3::timestamptz
       from unnest($1::bigint[], $2::bigint[]) as r (id, released)
       where allocations.id = r.id
       returning wallet_credit_id, payment_id, invoice_id, amount - released as kept, allocated_at
     )
     insert into allocations (wallet_credit_id, payment_id, invoice_id, amount, allocated_at)
     select wallet_credit_id, payment_id, invoice_id, kept, allocated_at from ended where kept > 0`,
    [releases.map((one) => one.allocation.id), releases.map((one) => one.amountMinor), at.toString()],
  );
}
