import type { Transaction } from '../../db/database.ts';
import type { CustomerId, InvoiceId } from '../../kernel/ids.ts';
import { invoiceEvent } from '../../platform/events/event.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { insertEntries } from '../ledger/ledger.store.ts';
import { transfer } from '../ledger/posting.ts';
import { changeCredit } from './account.store.ts';
import { type AllocationDraft, allocate, paymentOrder } from './allocation.ts';
import { owedInvoices, type SettledInvoice, settleInvoices } from './owed-invoice.store.ts';
import { reactivatePaid } from './reactivation.service.ts';
import { insertAllocations, useWalletCredits, walletCreditsLeft } from './wallet.store.ts';

/**
 * Pays what a customer owes out of the wallet (A1, A5), the named invoice first, and lifts what that settles (S3). The
 * caller holds the lock of the customer's row. Returns how much was used.
 */
export async function payFromWallet(
  tx: Transaction,
  ctx: BillingContext,
  customer: { readonly id: CustomerId; readonly currency: string },
  named?: InvoiceId,
): Promise<bigint> {
  const [credits, invoices] = await Promise.all([
    walletCreditsLeft(tx, customer.id),
    owedInvoices(tx, customer.id),
  ]);
  const drafts = allocate(credits, paymentOrder(invoices, named));
  if (drafts.length > 0) await writeAllocations(tx, ctx, customer, drafts);
  await reactivatePaid(tx, ctx, customer.id);
  return drafts.reduce((sum, draft) => sum + draft.amountMinor, 0n);
}

async function writeAllocations(
  tx: Transaction,
  ctx: BillingContext,
  customer: { readonly id: CustomerId; readonly currency: string },
  drafts: readonly AllocationDraft[],
): Promise<void> {
  const paid = new Map<InvoiceId, bigint>();
  for (const { invoiceId, amountMinor } of drafts)
    paid.set(invoiceId, (paid.get(invoiceId) ?? 0n) + amountMinor);
  // Sent together, run in this order.
  const [ids, settled] = await Promise.all([
    insertAllocations(tx, ctx.now, drafts),
    settleInvoices(
      tx,
      ctx.now,
      [...paid].map(([invoiceId, byMinor]) => ({ invoiceId, column: 'amount_paid', byMinor })),
    ),
    useWalletCredits(
      tx,
      drafts.map(({ credit, amountMinor }) => ({ creditId: credit.id, amountMinor })),
    ),
    changeCredit(tx, customer.id, -drafts.reduce((sum, draft) => sum + draft.amountMinor, 0n)),
  ]);
  const entries = drafts.map((draft, index) => ({
    event: 'allocation' as const,
    refId: ids[index] ?? '',
    customerId: customer.id,
    currency: customer.currency,
    lines: transfer('wallet', 'ar', draft.amountMinor),
  }));
  await Promise.all([insertEntries(tx, ctx, entries), recordPaid(tx, settled)]);
}

/** Tells of invoices that have just been paid in full. */
export async function recordPaid(tx: Transaction, settled: readonly SettledInvoice[]): Promise<void> {
  for (const { id, isPaid, wasPaid } of settled)
    if (isPaid && !wasPaid) await recordEvent(tx, invoiceEvent('invoice.paid', id));
}
