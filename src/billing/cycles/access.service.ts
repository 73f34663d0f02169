import type { Transaction } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import { serviceEvent } from '../../platform/events/event.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { standingHolds } from '../../subscribers/hold.store.ts';
import { releaseHold, statusPatch } from '../../subscribers/holding.service.ts';
import type { Plan } from '../../subscribers/plan.ts';
import { findSegmentAt } from '../../subscribers/segment.store.ts';
import { lockService, updateService } from '../../subscribers/service.store.ts';
import type { Service } from '../../subscribers/service.ts';
import type { BillingContext } from '../billing-context.ts';
import type { BillingFacts } from './billing-facts.ts';

/** A new period starts with zero usage, full speed and without a data cap (F3, F5); other holds stay. */
export async function freshPeriod(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  plan: Plan,
): Promise<void> {
  const isChanged = plan.id !== facts.service.planId;
  if (facts.service.status === 'active' && !isChanged) return;
  await reviewAccess(tx, ctx, facts.service.id, isChanged);
}

/**
 * What the segment now in force makes of a locked service (F4, F5): full speed while the allowance lasts or the
 * package does not throttle, no data cap while it lasts or the package does not block. Sessions learn of it, and of
 * a new package in any case.
 */
export async function reviewAccess(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
  isPackageChanged: boolean,
): Promise<void> {
  const at = new Date(ctx.now.epochMilliseconds);
  const before = await require(tx, id);
  if (!(await isBlockedByData(tx, id, at))) {
    await releaseHold(tx, { service: before, cause: 'data_cap', actor: ctx.actor, at });
  }
  const service = await require(tx, id);
  const patch = await statusPatch(tx, service, await standingHolds(tx, id), at);
  if (patch.status === service.status && !isPackageChanged) return;
  await updateService(tx, id, patch);
  const topic = isPackageChanged ? 'service.package_changed' : 'service.speed_changed';
  await recordEvent(tx, serviceEvent(topic, id));
}

async function require(tx: Transaction, id: ServiceId): Promise<Service> {
  const service = await lockService(tx, { id });
  invariant(service !== undefined, 'a locked service exists');
  return service;
}

async function isBlockedByData(tx: Transaction, id: ServiceId, at: Date): Promise<boolean> {
  const segment = await findSegmentAt(tx, id, at);
  if (segment?.terms.limit_action !== 'block' || segment.allowanceOctets === undefined) return false;
  return segment.uploadOctets + segment.downloadOctets >= segment.allowanceOctets;
}
