import type { Queryable, Transaction } from '../../db/database.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import type { PlanId, ServiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import { findPlan } from '../../subscribers/catalog/plan.store.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import type { BillingContext } from '../billing-context.ts';
import { lockBilledService, readAccount } from './billing-facts.store.ts';
import type { BillingFacts } from './billing-facts.ts';

/** Plans read once; hold it no longer than one page of a run. */
export class PlanBook {
  readonly #known = new Map<PlanId, Plan>();

  /** The plan of a service; that there is one is sure by foreign key. */
  async plan(q: Queryable, id: PlanId): Promise<Plan> {
    const known = this.#known.get(id) ?? (await findPlan(q, id));
    invariant(known !== undefined, `package ${id} of a service exists`);
    this.#known.set(id, known);
    return known;
  }
}

/** Locks customer and service and reads all that decides what the service owes. Throws `service_not_found`. */
export async function openAccount(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
  plans = new PlanBook(),
): Promise<BillingFacts> {
  // Sent together: the connection runs them in this order, so that what is read is read under the lock.
  const locked = lockBilledService(tx, id);
  const [service, account] = await Promise.all([locked, readAccount(tx, id, ctx.settings.isp_timezone)]);
  if (service === undefined) throw notFound('service_not_found', `There is no service ${id}.`);
  const plan = await plans.plan(tx, service.planId);
  const nextPlan = service.nextPlanId === undefined ? undefined : await plans.plan(tx, service.nextPlanId);
  return { service, plan, nextPlan, ...account };
}

/** The same for a service that is not cancelled; throws `service_cancelled` too. */
export async function openLivingAccount(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
): Promise<BillingFacts> {
  const facts = await openAccount(tx, ctx, id);
  if (facts.service.status !== 'cancelled') return facts;
  throw conflict('service_cancelled', `'${facts.service.username}' is cancelled, which is final.`);
}
