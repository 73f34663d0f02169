import { Temporal } from 'temporal-polyfill';
import type { Database, Transaction } from '../../db/database.ts';
import { rehearse } from '../../db/rehearsal.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { actorLabel } from '../../platform/identity/actor.ts';
import { findPlan } from '../../subscribers/catalog/plan.store.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import { localDate } from '../../subscribers/period.ts';
import { recordChange } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';
import { openLivingAccount } from '../cycles/account.service.ts';
import { type ChangeOrder, type ChangeOutcome, changePackage } from '../cycles/change.service.ts';
import { documentChange, insertChange, setNextPackage, setPackage } from '../cycles/change.store.ts';
import { NO_DOCUMENTS } from '../cycles/change-in-period.service.ts';
import { startNow } from './period-start.ts';
import { openPrepaid, type PrepaidAccount, purchase } from './purchase.service.ts';
import { unusedShare } from './purchase-lines.ts';
import { startIfCovered } from './top-up.service.ts';
import { creditUnused, unusedPeriods } from './unused-credit.service.ts';

/** Changes the package of a service as its model has it: P1 to P12, or Q8. Throws what `changePackage` and `purchase` do. */
export async function changeAnyPackage(
  tx: Transaction,
  ctx: BillingContext,
  order: ChangeOrder,
): Promise<ChangeOutcome> {
  const { plan } = await openLivingAccount(tx, ctx, order.serviceId);
  return plan.model === 'prepaid' ? changePrepaid(tx, ctx, order) : changePackage(tx, ctx, order);
}

/** What a change would bring, with its documents; nothing is kept. */
export function previewAnyChange(
  db: Database,
  ctx: BillingContext,
  order: ChangeOrder,
): Promise<ChangeOutcome> {
  return rehearse(db, (tx) => changeAnyPackage(tx, ctx, order));
}

/**
 * Changes the package of a prepaid service (billing-rules Q8): at once, unless the next cycle is asked for; then the
 * next period is bought of it. Throws `package_not_found`, `package_unchanged`, `package_model_mismatch`,
 * `currency_mismatch`, `insufficient_balance`.
 */
async function changePrepaid(
  tx: Transaction,
  ctx: BillingContext,
  order: ChangeOrder,
): Promise<ChangeOutcome> {
  const account = await openPrepaid(tx, ctx, { id: order.serviceId, version: order.version });
  const { facts, service } = account;
  const [from, to] = [facts.plan, await packageFor(tx, account, order.planId)];
  // To stay with the package of now only takes back a change that waits (P5).
  const isLater =
    to.id === from.id || (order.effective === 'next_cycle' && service.activatedAt !== undefined);
  const outcome = { from, to, ...NO_DOCUMENTS };
  if (isLater) {
    await setNextPackage(tx, service.id, to.id === from.id ? undefined : to.id);
    await record(tx, ctx, account, { action: 'package_change_planned', to });
    const on = service.expiresAt && localDate(instantOf(service.expiresAt), ctx.settings.isp_timezone);
    return { ...outcome, effective: 'next_cycle', effectiveOn: on };
  }
  await record(tx, ctx, account, { action: 'package_changed', to });
  if (service.activatedAt === undefined) {
    await setPackage(tx, service.id, to.id);
    await startIfCovered(tx, ctx, service.id);
    return { ...outcome, effective: 'immediate', effectiveOn: ctx.today };
  }
  const documents = await exchange(tx, ctx, account, to);
  return { ...outcome, ...documents, effective: 'immediate', effectiveOn: ctx.today };
}

/** The unused value goes back to the wallet, then a full period of the new package begins now. */
async function exchange(tx: Transaction, ctx: BillingContext, account: PrepaidAccount, to: Plan) {
  const { facts, service } = account;
  const unused = await unusedPeriods(tx, ctx, service.id, (period) => unusedShare(period, ctx.now));
  const creditMinor = unused.reduce((sum, { unusedMinor }) => sum + unusedMinor, 0n);
  const id = await insertChange(tx, {
    serviceId: service.id,
    fromPlanId: facts.plan.id,
    toPlanId: to.id,
    at: ctx.now,
    periodStartAt: unused[0]?.period.startAt,
    creditMinor,
    chargeMinor: to.price,
    actor: actorLabel(ctx.actor),
  });
  const creditNote = await creditUnused(tx, ctx, unused, {
    at: ctx.now,
    chargeKey: `change:${id}:credit`,
    planName: facts.plan.name,
  });
  const { invoice, chargeMinor } = await purchase(tx, ctx, account, { plan: to, start: startNow(ctx.now) });
  await documentChange(tx, id, { invoiceId: invoice?.id, creditNoteId: creditNote?.id });
  return { creditMinor, chargeMinor, invoice, creditNote };
}

async function packageFor(tx: Transaction, { facts, service }: PrepaidAccount, id: PlanId): Promise<Plan> {
  const { plan } = facts;
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
  if (to.model === 'prepaid') return to;
  const why = `'${plan.code}' is prepaid and '${to.code}' is ${to.model}: create a new service instead.`;
  throw conflict('package_model_mismatch', why);
}

async function record(
  tx: Transaction,
  ctx: BillingContext,
  { facts, service }: PrepaidAccount,
  change: { action: 'package_changed' | 'package_change_planned'; to: Plan },
): Promise<void> {
  const detail = { from: facts.plan.code, to: change.to.code };
  await recordChange(tx, ctx.actor, service, { patch: {}, action: change.action, topics: [], detail });
}

function instantOf(at: Date): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime());
}
