import type { Transaction } from '../../db/database.ts';
import type { PlanId, ServiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import { serviceEvent } from '../../platform/events/event.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import type { ServiceStatus } from '../../subscribers/service-status.ts';
import { standingHolds } from '../../subscribers/services/hold.store.ts';
import { placeHold, releaseHold, statusPatch } from '../../subscribers/services/holding.service.ts';
import { findSegmentAt } from '../../subscribers/services/segment.store.ts';
import { isUsedUp } from '../../subscribers/services/segment.ts';
import { lockService, updateService } from '../../subscribers/services/service.store.ts';
import type { Service } from '../../subscribers/services/service.ts';
import { recordChange } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';

/** A new period starts with zero usage, full speed and without a data cap (F3, F5); other holds stay. */
export async function freshPeriod(
  tx: Transaction,
  ctx: BillingContext,
  service: { readonly id: ServiceId; readonly status: ServiceStatus; readonly planId: PlanId },
  plan: Plan,
): Promise<void> {
  const isChanged = plan.id !== service.planId;
  if (service.status === 'active' && !isChanged) return;
  await reviewAccess(tx, ctx, service.id, isChanged);
}

/**
 * What the segment now in force makes of a service (F2, F4, F5): the FUP rate when its allowance is used up and its
 * package throttles, a data cap when it blocks, else full speed. The log of the service says so, and its sessions learn
 * of it; of a new package in any case. Answers the service as it is now.
 */
export async function reviewAccess(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
  isPackageChanged: boolean,
): Promise<Service> {
  const held = await settleDataCap(tx, ctx, await locked(tx, id));
  const at = new Date(ctx.now.epochMilliseconds);
  const patch = await statusPatch(tx, held, await standingHolds(tx, id), at);
  const isSame = patch.status === held.status;
  if (isSame && !isPackageChanged) return held;
  const topic = isPackageChanged ? 'service.package_changed' : 'service.speed_changed';
  if (!isSame) {
    const action = patch.status === 'throttled' ? 'throttled' : 'unthrottled';
    return (await recordChange(tx, ctx.actor, held, { patch, action, topics: [topic] })).after;
  }
  const changed = await updateService(tx, id, patch);
  await recordEvent(tx, serviceEvent(topic, id));
  return changed;
}

/** Places or lifts the data cap of a locked service as its usage demands (F5). */
async function settleDataCap(tx: Transaction, ctx: BillingContext, service: Service): Promise<Service> {
  const at = new Date(ctx.now.epochMilliseconds);
  const segment = await findSegmentAt(tx, service.id, at);
  const isBlocked = segment?.terms.limit_action === 'block' && isUsedUp(segment);
  const order = { service, cause: 'data_cap' as const, actor: ctx.actor, at };
  if (!isBlocked) return (await releaseHold(tx, order))?.after ?? service;
  return (await placeHold(tx, order))?.after ?? service;
}

async function locked(tx: Transaction, id: ServiceId): Promise<Service> {
  const service = await lockService(tx, { id });
  invariant(service !== undefined, 'a locked service exists');
  return service;
}
