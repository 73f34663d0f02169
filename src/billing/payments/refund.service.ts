import type { Transaction } from '../../db/database.ts';
import { AppError, invalid, notFound } from '../../kernel/errors.ts';
import type { InvoiceId, PaymentId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { actorLabel } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { requireAccount } from '../invoices/issue.service.ts';
import { insertEntries } from '../ledger/ledger.store.ts';
import { type EntryDraft, transfer } from '../ledger/posting.ts';
import { changeCredit } from '../receivables/account.store.ts';
import { settleInvoices } from '../receivables/owed-invoice.store.ts';
import { insertAllocations, useWalletCredits, walletCreditsLeft } from '../receivables/wallet.store.ts';
import { findPayment, insertRefund } from './payment.store.ts';
import type { Payment } from './payment.ts';
import { creditOfPayment, endAllocations, standingAllocations } from './refund.store.ts';
import { planRefund, type RefundPlan, type Release } from './refund.ts';

/** Which payment, how much of it (absent: all that is left), and why. */
export interface RefundOrder {
  readonly paymentId: PaymentId;
  readonly amountMinor?: bigint | undefined;
  readonly reason?: string | undefined;
}

/** What was given back. */
export interface Refund {
  readonly payment: Payment;
  readonly amountMinor: bigint;
  readonly fromCreditMinor: bigint;
  readonly takenBackMinor: bigint;
}

/**
 * Gives a payment back in the caller's transaction: out of the credit balance first, then off invoices, which reopen
 * (A6). Throws `payment_not_found`, `validation_failed` or `refund_exceeds_payment`.
 */
export async function refundPayment(
  tx: Transaction,
  ctx: BillingContext,
  order: RefundOrder,
): Promise<Refund> {
  const payment = await lockPayment(tx, order.paymentId);
  const amountMinor = checkAmount(payment, order.amountMinor);
  const own = await creditOfPayment(tx, payment.id);
  const left = await walletCreditsLeft(tx, payment.customerId);
  const plan = planRefund({
    amountMinor,
    own,
    others: left.filter((credit) => credit.id !== own.id),
    allocations: await standingAllocations(tx, payment.id),
  });
  const fromCreditMinor = sum(plan.fromCredit);
  const takenBackMinor = sum(plan.takenBack);
  invariant(fromCreditMinor + takenBackMinor === amountMinor, 'a payment is in the wallet or on invoices');
  await moveMoney(tx, ctx, payment, plan);
  const { reason } = order;
  const recordedBy = actorLabel(ctx.actor);
  const money = { paymentId: payment.id, fromCreditMinor, takenBackMinor };
  const refundId = await insertRefund(tx, { ...money, reason, at: ctx.now, recordedBy });
  await insertEntries(tx, ctx, refundEntries(payment, { refundId, amountMinor, takenBackMinor }));
  await recordEvent(tx, { topic: 'payment.refunded', payload: { payment_id: payment.id } });
  await recordAudit(tx, {
    actor: ctx.actor,
    action: 'payment.refunded',
    entity: 'payment',
    entityId: payment.id,
    after: { amount: amountMinor, taken_back: takenBackMinor, reason: reason ?? null },
  });
  const refundedMinor = payment.refundedMinor + amountMinor;
  return { payment: { ...payment, refundedMinor }, amountMinor, fromCreditMinor, takenBackMinor };
}

async function lockPayment(tx: Transaction, id: PaymentId): Promise<Payment> {
  const before = await findPayment(tx, id);
  if (before !== undefined) await requireAccount(tx, before.customerId);
  const payment = await findPayment(tx, id);
  if (payment === undefined) throw notFound('payment_not_found', `There is no payment ${id}.`);
  return payment;
}

function checkAmount(payment: Payment, wantedMinor: bigint | undefined): bigint {
  const leftMinor = payment.amountMinor - payment.refundedMinor;
  const amountMinor = wantedMinor ?? leftMinor;
  if (wantedMinor !== undefined && wantedMinor <= 0n)
    throw invalid('The amount of a refund must be positive.', { amount: 'must be above 0' });
  if (amountMinor > 0n && amountMinor <= leftMinor) return amountMinor;
  throw new AppError(
    'invalid',
    'refund_exceeds_payment',
    `Of payment ${payment.id} at most ${leftMinor} can be refunded: ${payment.refundedMinor} of ${payment.amountMinor} have been.`,
  );
}

async function moveMoney(
  tx: Transaction,
  ctx: BillingContext,
  payment: Payment,
  plan: RefundPlan,
): Promise<void> {
  await useWalletCredits(
    tx,
    plan.fromCredit.map(({ credit, amountMinor }) => ({ creditId: credit.id, amountMinor })),
  );
  await changeCredit(tx, payment.customerId, -sum(plan.fromCredit));
  await endAllocations(tx, ctx.now, merged([...plan.takenBack, ...plan.handedOver]));
  await insertAllocations(
    tx,
    ctx.now,
    plan.handedOver.map(({ allocation, amountMinor, to }) => ({
      credit: to,
      invoiceId: allocation.invoiceId,
      amountMinor,
    })),
  );
  const byInvoice = new Map<InvoiceId, bigint>();
  for (const { allocation, amountMinor } of plan.takenBack)
    byInvoice.set(allocation.invoiceId, (byInvoice.get(allocation.invoiceId) ?? 0n) + amountMinor);
  await settleInvoices(
    tx,
    ctx.now,
    [...byInvoice].map(([invoiceId, minor]) => ({ invoiceId, column: 'amount_paid', byMinor: -minor })),
  );
}

/** One release for each allocation. */
function merged(releases: readonly Release[]): Release[] {
  const byId = new Map<string, Release>();
  for (const { allocation, amountMinor } of releases) {
    const before = byId.get(allocation.id)?.amountMinor ?? 0n;
    byId.set(allocation.id, { allocation, amountMinor: before + amountMinor });
  }
  return [...byId.values()];
}

function refundEntries(
  payment: Payment,
  refund: { readonly refundId: string; readonly amountMinor: bigint; readonly takenBackMinor: bigint },
): EntryDraft[] {
  const { customerId, currency } = payment;
  const about = { refId: refund.refundId, customerId, currency };
  return [
    { ...about, event: 'allocation_reversal', lines: transfer('ar', 'wallet', refund.takenBackMinor) },
    { ...about, event: 'refund', lines: transfer('wallet', 'cash', refund.amountMinor) },
  ];
}

function sum(parts: readonly { readonly amountMinor: bigint }[]): bigint {
  return parts.reduce((total, part) => total + part.amountMinor, 0n);
}
