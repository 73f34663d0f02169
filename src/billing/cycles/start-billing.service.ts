import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import { conflict, invalid } from '../../kernel/errors.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { checkAnchorDay, defaultAnchor } from '../../subscribers/period.ts';
import { segmentTerms, termsAllowance } from '../../subscribers/services/segment.ts';
import type { BillingContext } from '../billing-context.ts';
import { type IssuedInvoice, issueInvoice } from '../invoices/issue.service.ts';
import { type Redemption, redeemCode } from '../promotions/redemption.service.ts';
import { openAccount, openLivingAccount } from './account.service.ts';
import type { BillingFacts } from './billing-facts.ts';
import { beginPeriod, countFrom, draftOf } from './boundary.service.ts';
import { itemLines } from './boundary.ts';
import { openPeriod } from './opening.ts';
import { consumeCycles, markItemsBilled } from './period.store.ts';
import { deferBilling, setBillingStart } from './start-billing.store.ts';

/** How the billing of a service begins. */
export interface BillingStart {
  readonly serviceId: ServiceId;
  /** Absent: the service's own, or the day billing starts (C4, C5). */
  readonly anchorDay?: number | undefined;
  /** The first billed day; absent: the one named at the sign-up, today, or the end of the trial (B5, T1). */
  readonly billingStartsOn?: Temporal.PlainDate | undefined;
  readonly promotionCodes?: readonly string[] | undefined;
}

/**
 * Begins to bill a postpaid service that has just been activated, in the transaction that did it (B2, B5, C6, T1).
 * In advance the first invoice is issued at once; it is answered. A service whose billing begins later, and one
 * billed in arrears, answers undefined. Throws `billing_already_started`, `validation_failed` and the refusals of D4.
 */
export async function startBilling(
  tx: Transaction,
  ctx: BillingContext,
  start: BillingStart,
): Promise<IssuedInvoice | undefined> {
  await redeemCodes(tx, ctx, start.serviceId, start.promotionCodes ?? []);
  const facts = await openAccount(tx, ctx, start.serviceId);
  const { service, plan } = facts;
  if (plan.model !== 'postpaid') return undefined;
  if (facts.periods.length > 0 || service.nextBillingOn !== undefined) {
    throw conflict('billing_already_started', `'${service.username}' is billed already.`);
  }
  const startOn =
    checkStart(ctx, start.billingStartsOn) ??
    later(ctx.today, service.billingStartsOn) ??
    ctx.today.add({ days: plan.trialDays });
  const wanted = start.anchorDay ?? service.anchorDay;
  const anchorDay =
    wanted === undefined ? defaultAnchor(plan.cycle, startOn) : checkAnchorDay(plan.cycle, wanted);
  if (startOn.equals(ctx.today)) return beginNow(tx, ctx, facts, anchorDay);
  const terms = segmentTerms(plan, ctx.settings.gb_unit);
  await countFrom(tx, service, plan);
  await deferBilling(tx, {
    serviceId: service.id,
    anchorDay,
    startOn,
    startAt: startOfDay(startOn, ctx.settings.isp_timezone),
    wholeAllowanceOctets: termsAllowance(terms),
  });
  return undefined;
}

/** Keeps the first billed day of a service that stays pending until its activation (B5). */
export async function planStart(
  tx: Transaction,
  ctx: BillingContext,
  start: { readonly serviceId: ServiceId; readonly billingStartsOn: Temporal.PlainDate },
): Promise<void> {
  checkStart(ctx, start.billingStartsOn);
  await setBillingStart(tx, start.serviceId, start.billingStartsOn);
}

function checkStart<On extends Temporal.PlainDate | undefined>(ctx: BillingContext, startOn: On): On {
  if (startOn === undefined || Temporal.PlainDate.compare(startOn, ctx.today) >= 0) return startOn;
  throw invalid('Billing cannot start in the past.', { billing_starts_on: 'must be today or later' });
}

/** A day that was named long ago may be over by now. */
function later(
  today: Temporal.PlainDate,
  named: Temporal.PlainDate | undefined,
): Temporal.PlainDate | undefined {
  return named !== undefined && Temporal.PlainDate.compare(named, today) < 0 ? today : named;
}

/** Puts codes in force on a service, in their order; none when one is refused (D4). */
export async function redeemCodes(
  tx: Transaction,
  ctx: BillingContext,
  serviceId: ServiceId,
  codes: readonly string[],
): Promise<void> {
  for (const code of codes) await redeemOnService(tx, ctx, serviceId, code);
}

/** Puts a code in force on a service; throws `service_not_found`, `service_cancelled` and the refusals of D4. */
export async function redeemOnService(
  tx: Transaction,
  ctx: BillingContext,
  serviceId: ServiceId,
  code: string,
): Promise<Redemption> {
  const { service, plan } = await openLivingAccount(tx, ctx, serviceId);
  const { customerId } = service;
  const redemption = await redeemCode(tx, ctx, {
    code,
    customerId,
    serviceId,
    planId: plan.id,
    currency: plan.currency,
  });
  await recordAudit(tx, {
    actor: ctx.actor,
    action: 'promotion.redeemed',
    entity: 'service',
    entityId: serviceId,
    after: { promotion: redemption.promotion.code, cycles_left: redemption.cyclesLeft },
  });
  return redemption;
}

async function beginNow(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  anchorDay: number | undefined,
): Promise<IssuedInvoice | undefined> {
  const opening = openPeriod(facts, facts.plan, { startOn: ctx.today, anchorDay });
  const isBilled = opening.lineNet !== undefined;
  const items = isBilled ? facts.items : [];
  const lines = [...opening.bases, ...opening.setups, ...itemLines(items)];
  const { startOn, endOn } = opening.period;
  const invoice = await issueInvoice(
    tx,
    ctx,
    draftOf(ctx, facts, { kind: 'cycle', lines, period: { startOn, endOn } }),
  );
  await markItemsBilled(tx, items, { invoiceId: invoice?.id, at: ctx.now });
  if (opening.bases.length > 0) await consumeCycles(tx, facts.discounts);
  await beginPeriod(tx, ctx, facts, opening, { invoice });
  return invoice;
}
