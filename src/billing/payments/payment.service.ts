import type { Transaction } from '../../db/database.ts';
import { invariant } from '../../kernel/invariant.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { actorLabel } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { invoiceNotFound } from '../invoices/credit-note.service.ts';
import { findInvoice } from '../invoices/invoice.store.ts';
import { checkCurrency, requireAccount } from '../invoices/issue.service.ts';
import { insertEntries } from '../ledger/ledger.store.ts';
import { transfer } from '../ledger/posting.ts';
import { payFromWallet } from '../receivables/settlement.service.ts';
import { creditWallet } from '../receivables/wallet.service.ts';
import { findPaymentByRef, insertPayment } from './payment.store.ts';
import { checkPayment, type Payment, type PaymentOrder } from './payment.ts';

/** A payment that is recorded now, or was before. */
export interface ReceivedPayment {
  readonly payment: Payment;
  /** The provider's reference was known: nothing was done (A4). */
  readonly isRepeat: boolean;
}

/**
 * Records a payment in the caller's transaction, puts it on the invoice it names and then on the oldest (A1, A2),
 * keeps the rest as credit (A3) and lifts what is settled (S3). Throws `validation_failed`, `customer_not_found`,
 * `currency_mismatch` or `invoice_not_found`.
 */
export async function receivePayment(
  tx: Transaction,
  ctx: BillingContext,
  order: PaymentOrder,
): Promise<ReceivedPayment> {
  checkPayment(order);
  const account = await requireAccount(tx, order.customerId);
  if (order.currency !== undefined) checkCurrency(account, order.currency);
  if (order.invoiceId !== undefined) {
    const named = await findInvoice(tx, order.invoiceId);
    if (named?.customerId !== account.id) throw invoiceNotFound(order.invoiceId);
  }
  const recordedBy = actorLabel(ctx.actor);
  const { currency } = account;
  const payment = await insertPayment(tx, { ...order, currency, at: ctx.now, recordedBy });
  if (payment === undefined) return { payment: await earlier(tx, order), isRepeat: true };
  const { id, amountMinor } = payment;
  const lines = transfer('cash', 'wallet', amountMinor);
  // Sent together, run in this order.
  await Promise.all([
    creditWallet(tx, ctx, { customerId: account.id, source: 'payment', sourceId: id, amountMinor }),
    insertEntries(tx, ctx, [{ event: 'payment', refId: id, customerId: account.id, currency, lines }]),
    recordEvent(tx, { topic: 'payment.received', payload: { payment_id: id } }),
    recordAudit(tx, {
      actor: ctx.actor,
      action: 'payment.received',
      entity: 'payment',
      entityId: id,
      after: { customer_id: account.id, amount: amountMinor, currency, method: order.method },
    }),
  ]);
  await payFromWallet(tx, ctx, account, order.invoiceId);
  return { payment, isRepeat: false };
}

async function earlier(tx: Transaction, order: PaymentOrder): Promise<Payment> {
  const payment = await findPaymentByRef(tx, order.provider, order.externalRef ?? '');
  invariant(payment !== undefined, 'a payment that is in the way can be read');
  return payment;
}
