import type { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import { localDate } from '../../subscribers/period.ts';
import type { Service } from '../../subscribers/services/service.ts';
import { requireLiving } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';
import { openLivingAccount } from '../cycles/account.service.ts';
import type { BillingFacts } from '../cycles/billing-facts.ts';
import { draftOf } from '../cycles/boundary.service.ts';
import { consumeCycles, markItemsBilled } from '../cycles/period.store.ts';
import { invoiceAmounts } from '../invoices/invoice-amounts.ts';
import {
  checkCurrency,
  type IssuedInvoice,
  issueInvoice,
  requireAccount,
  termsFor,
} from '../invoices/issue.service.ts';
import { beginBought } from './begin-period.service.ts';
import type { PeriodStart } from './period-start.ts';
import { isSetUpCharged } from './prepaid-period.store.ts';
import { datesOfPeriod, purchaseLines } from './purchase-lines.ts';
import { anchorAfter, chainAnchor, validityEnd, validityOf } from './validity.ts';

/** A prepaid service with all that decides what its next period costs; its rows are locked. */
export interface PrepaidAccount {
  readonly facts: BillingFacts;
  readonly service: Service;
}

/** What was bought; no invoice when nothing was to be paid (I5). */
export interface Purchase {
  readonly invoice: IssuedInvoice | undefined;
  readonly chargeMinor: bigint;
  readonly startAt: Temporal.Instant;
  readonly expiresAt: Temporal.Instant;
}

/** A purchase, or what it would have cost and what there was. */
export type PurchaseAttempt =
  | { readonly isBought: true; readonly purchase: Purchase }
  | { readonly isBought: false; readonly totalMinor: bigint; readonly creditMinor: bigint };

/** Locks customer and service. Throws `service_not_found`, `service_cancelled` and `version_conflict`. */
export async function openPrepaid(
  tx: Transaction,
  ctx: BillingContext,
  ref: { readonly id: Service['id']; readonly version?: number | undefined },
): Promise<PrepaidAccount> {
  const facts = await openLivingAccount(tx, ctx, ref.id);
  return { facts, service: await requireLiving(tx, ref) };
}

/** Which period is bought. */
export interface PurchaseOrder {
  readonly plan: Plan;
  readonly start: PeriodStart;
}

/**
 * Buys a period of a package if the wallet covers it (billing-rules Q1): its `prepaid` invoice is issued and paid in
 * the caller's transaction (Q2), and the period begins or waits for its turn. Otherwise nothing is changed.
 */
export async function tryPurchase(
  tx: Transaction,
  ctx: BillingContext,
  account: PrepaidAccount,
  order: PurchaseOrder,
): Promise<PurchaseAttempt> {
  const { facts, service } = account;
  const { bought, draft, baseNetMinor, totalMinor, creditMinor } = await draftPurchase(
    tx,
    ctx,
    account,
    order,
  );
  if (creditMinor < totalMinor) return { isBought: false, totalMinor, creditMinor };
  const invoice = await issueInvoice(tx, ctx, draft);
  await markItemsBilled(tx, facts.items, { invoiceId: invoice?.id, at: ctx.now });
  if (order.plan.price > 0n) await consumeCycles(tx, facts.discounts);
  await beginBought(tx, ctx, service, {
    ...bought,
    invoiceId: invoice?.id,
    lineNet: baseNetMinor,
    discounts: facts.discounts,
  });
  const { startAt, endAt: expiresAt } = bought;
  return { isBought: true, purchase: { invoice, chargeMinor: baseNetMinor, startAt, expiresAt } };
}

/** The invoice of a period whether the wallet covers it or not; for rehearsals, which keep nothing. */
export async function quotePurchase(
  tx: Transaction,
  ctx: BillingContext,
  account: PrepaidAccount,
  order: PurchaseOrder,
): Promise<IssuedInvoice | undefined> {
  const { draft } = await draftPurchase(tx, ctx, account, order);
  return issueInvoice(tx, ctx, draft);
}

/** What a purchase would be invoiced, and what the locked wallet holds. */
async function draftPurchase(
  tx: Transaction,
  ctx: BillingContext,
  account: PrepaidAccount,
  order: PurchaseOrder,
) {
  const { facts, service } = account;
  const { isp_timezone: timeZone } = ctx.settings;
  const payer = await requireAccount(tx, service.customerId);
  checkCurrency(payer, order.plan.currency);
  const period = boughtPeriod(account, order, timeZone);
  const dates = datesOfPeriod(period, timeZone);
  const isSetUp = await isSetUpCharged(tx, service.id);
  const { lines, baseNetMinor } = purchaseLines(facts, period, { dates, isSetUp });
  const { totalMinor } = invoiceAmounts(lines, termsFor(ctx.settings, 'prepaid', payer.isTaxExempt));
  const draft = draftOf(ctx, { ...facts, plan: order.plan }, { kind: 'prepaid', lines, period: dates });
  const bought = { ...period, dates };
  return {
    bought,
    draft: { ...draft, dueOn: ctx.today },
    baseNetMinor,
    totalMinor,
    creditMinor: payer.creditMinor,
  };
}

/** As `tryPurchase`; throws `insufficient_balance` when the wallet does not cover it, which ends the transaction. */
export async function purchase(
  tx: Transaction,
  ctx: BillingContext,
  account: PrepaidAccount,
  order: PurchaseOrder,
): Promise<Purchase> {
  const attempt = await tryPurchase(tx, ctx, account, order);
  if (attempt.isBought) return attempt.purchase;
  const { totalMinor, creditMinor } = attempt;
  throw new AppError(
    'payment_required',
    'insufficient_balance',
    `A period of '${order.plan.name}' costs ${totalMinor} ${order.plan.currency} with tax, the wallet holds ${creditMinor}: top it up first.`,
  );
}

/** A period of a package that nobody pays for: a voucher did (Q7). */
export async function grantPeriod(
  tx: Transaction,
  ctx: BillingContext,
  account: PrepaidAccount,
  order: PurchaseOrder,
): Promise<void> {
  const { isp_timezone: timeZone } = ctx.settings;
  const bought = boughtPeriod(account, order, timeZone);
  const dates = datesOfPeriod(bought, timeZone);
  const free = { dates, invoiceId: undefined, lineNet: 0n, discounts: [] };
  await beginBought(tx, ctx, account.service, { ...bought, ...free });
}

/** The period that would be bought: months clamp to the anchor of an unbroken chain (Q6). */
function boughtPeriod({ facts, service }: PrepaidAccount, { plan, start }: PurchaseOrder, timeZone: string) {
  invariant(plan.model === 'prepaid', 'only a period of a prepaid package is bought');
  const { startAt, isUnbroken } = start;
  const kept = isUnbroken ? service.anchorDay : undefined;
  const chain = { timeZone, anchorDay: chainAnchor(localDate(startAt, timeZone), kept) };
  const validity = validityOf(plan);
  const endAt = validityEnd(startAt, validity, chain);
  const seq = (facts.periods.at(-1)?.seq ?? 0) + 1;
  return { seq, plan, startAt, endAt, anchorDay: anchorAfter(endAt, validity, chain) };
}
