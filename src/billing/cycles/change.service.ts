import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import type { PlanId, ServiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import { findPlan } from '../../subscribers/catalog/plan.store.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import { recordChange, requireLiving } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';
import { reviewAccess } from '../quota/access.service.ts';
import { openLivingAccount } from './account.service.ts';
import { type BillingFacts, currentPeriod } from './billing-facts.ts';
import { billBoundary, dueBoundary } from './boundary.service.ts';
import { forgetAnchor, setNextPackage, setPackage } from './change.store.ts';
import { type ChangeEffect, defaultEffect, isOtherCycle } from './change.ts';
import { type ChangeDocuments, changeInPeriod, NO_DOCUMENTS } from './change-in-period.service.ts';
import { replacePeriod } from './replace-period.service.ts';

/** An order to give a postpaid service another package. */
export interface ChangeOrder {
  readonly serviceId: ServiceId;
  readonly planId: PlanId;
  /** Absent: upgrades at once, downgrades with the next cycle (P1). */
  readonly effective?: ChangeEffect | undefined;
  readonly version?: number | undefined;
}

/** What came of it. */
export interface ChangeOutcome extends ChangeDocuments {
  readonly effective: ChangeEffect;
  /** The local date from which the new package holds. */
  readonly effectiveOn: Temporal.PlainDate | undefined;
  readonly from: Plan;
  readonly to: Plan;
}

/**
 * Changes the package of a postpaid service in the caller's transaction (P1 to P12): boundaries before now are billed
 * with the old one first; a boundary that is due at this very instant is billed with the new one only (P7). Throws
 * `service_not_found`, `service_cancelled`, `package_not_found`, `package_unchanged`, `package_model_mismatch`,
 * `currency_mismatch`.
 */
export async function changePackage(
  tx: Transaction,
  ctx: BillingContext,
  order: ChangeOrder,
): Promise<ChangeOutcome> {
  const { facts, boundaryNow } = await billEarlier(tx, ctx, order.serviceId);
  const to = await packageFor(tx, facts, order.planId);
  const from = facts.plan;
  const { service } = facts;
  // To stay with the package of now only takes back a change that waits (P5).
  const effective = to.id === from.id ? 'next_cycle' : (order.effective ?? defaultEffect(from, to));
  const before = await requireLiving(tx, { id: service.id, version: order.version });
  const outcome = { effective, from, to };
  if (effective === 'next_cycle' && service.nextBillingOn !== undefined) {
    await setNextPackage(tx, service.id, to.id === from.id ? undefined : to.id);
    await recordChange(tx, ctx.actor, before, {
      patch: {},
      action: 'package_change_planned',
      topics: [],
      detail: { from: from.code, to: to.code, on: service.nextBillingOn.toString() },
    });
    return { ...outcome, ...NO_DOCUMENTS, effectiveOn: service.nextBillingOn };
  }
  const documents = await changeNow(tx, ctx, facts, { to, boundaryNow });
  await recordChange(tx, ctx.actor, before, {
    patch: {},
    action: 'package_changed',
    topics: [],
    detail: {
      from: from.code,
      to: to.code,
      credit: Number(documents.creditMinor),
      charge: Number(documents.chargeMinor),
    },
  });
  return { ...outcome, ...documents, effective: 'immediate', effectiveOn: ctx.today };
}

async function changeNow(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  { to, boundaryNow }: { to: Plan; boundaryNow: Temporal.PlainDate | undefined },
): Promise<ChangeDocuments> {
  const { service } = facts;
  if (boundaryNow !== undefined) {
    await setNextPackage(tx, service.id, to.id);
    const changed = { ...facts, service: { ...service, nextPlanId: to.id }, nextPlan: to };
    const { invoice } = await billBoundary(tx, ctx, changed, boundaryNow);
    return { ...NO_DOCUMENTS, invoice };
  }
  const period = currentPeriod(facts);
  if (period === undefined) {
    // Nothing has been billed yet, or nothing is while it is suspended (T1, B5, S4).
    await setPackage(tx, service.id, to.id);
    if (facts.plan.cycle !== to.cycle) await forgetAnchor(tx, service.id);
    if (service.activatedAt !== undefined) await reviewAccess(tx, ctx, service.id, true);
    return NO_DOCUMENTS;
  }
  if (isOtherCycle(facts.plan, to)) return replacePeriod(tx, ctx, facts, { period, to });
  return changeInPeriod(tx, ctx, facts, { period, to });
}

/** P7: what was due before now is billed as it stood; a boundary equal to now is left to the change, unless it is the end. */
async function billEarlier(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
): Promise<{ facts: BillingFacts; boundaryNow: Temporal.PlainDate | undefined }> {
  for (;;) {
    const facts = await openLivingAccount(tx, ctx, id);
    const due = dueBoundary(facts, ctx);
    if (due === undefined) return { facts, boundaryNow: undefined };
    const dueAt = startOfDay(due, ctx.settings.isp_timezone);
    const isNow = Temporal.Instant.compare(dueAt, ctx.now) === 0;
    if (isNow && !facts.service.cancelAtEnd) return { facts, boundaryNow: due };
    await billBoundary(tx, ctx, facts, due, { isCutNext: true });
  }
}

async function packageFor(tx: Transaction, facts: BillingFacts, id: PlanId): Promise<Plan> {
  const { plan, service } = facts;
  const to = await findPlan(tx, id);
  if (to === undefined || to.archivedAt !== undefined) {
    throw notFound('package_not_found', `There is no package ${id} that is sold.`);
  }
  if (to.id === plan.id && service.nextPlanId === undefined) {
    throw conflict('package_unchanged', `'${service.username}' has the package '${plan.code}' already.`);
  }
  if (to.currency !== plan.currency) {
    const why = `The package '${to.code}' costs ${to.currency}, the customer pays in ${plan.currency}.`;
    throw conflict('currency_mismatch', why);
  }
  if (to.model !== plan.model || to.model !== 'postpaid') {
    const why = `'${plan.code}' is ${plan.model} and '${to.code}' is ${to.model}: create a new service instead.`;
    throw conflict('package_model_mismatch', why);
  }
  invariant(service.status !== 'cancelled', 'a cancelled service is refused before');
  return to;
}
