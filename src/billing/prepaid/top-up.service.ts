import type { Transaction } from '../../db/database.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import type { BillingContext } from '../billing-context.ts';
import { issueCreditNote } from '../invoices/credit-note.service.ts';
import type { CreditNoteDraft, IssuedCreditNote } from '../invoices/credit-note.ts';
import { type ReceivedPayment, receivePayment } from '../payments/payment.service.ts';
import type { PaymentOrder } from '../payments/payment.ts';
import { startNow } from './period-start.ts';
import { openPrepaid, tryPurchase } from './purchase.service.ts';
import { planToBuy } from './renewal.service.ts';
import { waitingServices } from './waiting.store.ts';

/** Records a payment (`receivePayment`) and starts what waited for the money (billing-rules Q1, Q5). */
export async function takePayment(
  tx: Transaction,
  ctx: BillingContext,
  order: PaymentOrder,
): Promise<ReceivedPayment> {
  const received = await receivePayment(tx, ctx, order);
  if (!received.isRepeat) await serveWaiting(tx, ctx, order.customerId);
  return received;
}

/** Gives credit by hand (`issueCreditNote`) and starts what waited for the money (Q1, Q5). */
export async function giveCredit(
  tx: Transaction,
  ctx: BillingContext,
  draft: CreditNoteDraft,
  reason: string | undefined,
): Promise<IssuedCreditNote> {
  const note = await issueCreditNote(tx, ctx, draft, { isAutomatic: false, reason });
  if (note.toCreditMinor > 0n) await serveWaiting(tx, ctx, note.customerId);
  return note;
}

/**
 * After money reached a wallet, in the same transaction: starts pending prepaid services and revives expired ones that
 * renew themselves, from now on and by rising id, as far as the wallet goes (Q1, Q5). Returns those that began.
 */
export async function serveWaiting(
  tx: Transaction,
  ctx: BillingContext,
  customerId: CustomerId,
): Promise<ServiceId[]> {
  const served: ServiceId[] = [];
  for (const id of await waitingServices(tx, customerId, ctx.now)) {
    const account = await openPrepaid(tx, ctx, { id });
    const attempt = await tryPurchase(tx, ctx, account, {
      plan: planToBuy(account),
      start: startNow(ctx.now),
    });
    if (attempt.isBought) served.push(id);
  }
  return served;
}

/** Starts a new prepaid service if the wallet covers its first period; else it waits for a top-up (Q1). */
export async function startIfCovered(tx: Transaction, ctx: BillingContext, id: ServiceId): Promise<void> {
  const account = await openPrepaid(tx, ctx, { id });
  await tryPurchase(tx, ctx, account, { plan: planToBuy(account), start: startNow(ctx.now) });
}
