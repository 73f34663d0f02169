import type { Transaction } from '../../db/database.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { insertHold, liftHold, standingHolds } from './hold.store.ts';
import { findSegmentAt, type OpenSegment } from './segment.store.ts';
import { isUsedUp } from './segment.ts';
import type { ServicePatch } from './service.store.ts';
import { type Service, statusOf } from './service.ts';
import { recordChange, type ServiceChange } from './service-change.service.ts';
import { type HoldCause, reasonOf } from './suspension.ts';

/** Which hold of which service, whose row the caller has locked. */
export interface HoldOrder {
  readonly service: Service;
  readonly cause: HoldCause;
  readonly actor: Actor;
  readonly at: Date;
  readonly note?: string | undefined;
}

/** Adds a hold and what follows from it (billing-rules S5); undefined when it stands already. */
export async function placeHold(tx: Transaction, order: HoldOrder): Promise<ServiceChange | undefined> {
  const { service, cause, actor, at, note } = order;
  const holds = await standingHolds(tx, service.id);
  if (holds.has(cause)) return undefined;
  await insertHold(tx, { serviceId: service.id, cause, note, sinceAt: at });
  return recordChange(tx, actor, service, {
    patch: await statusPatch(tx, service, holds.add(cause), at),
    action: 'suspended',
    topics: ['service.suspended'],
    detail: { cause, note: note ?? null },
  });
}

/** Lifts a hold and what follows from it; other holds keep the service suspended. Undefined when it does not stand. */
export async function releaseHold(tx: Transaction, order: HoldOrder): Promise<ServiceChange | undefined> {
  const { service, cause, actor, at, note } = order;
  const holds = await standingHolds(tx, service.id);
  if (!holds.delete(cause)) return undefined;
  await liftHold(tx, { serviceId: service.id, cause, liftedAt: at });
  const patch = await statusPatch(tx, service, holds, at);
  return recordChange(tx, actor, service, {
    patch,
    action: 'resumed',
    topics: [patch.status === 'suspended' ? 'service.suspended' : 'service.resumed'],
    detail: { cause, still: reasonOf(holds) ?? null, ...(note === undefined ? {} : { note }) },
  });
}

/** What the holds make of the status; sessions learn of it by the state version. */
export async function statusPatch(
  tx: Transaction,
  service: Service,
  holds: ReadonlySet<HoldCause>,
  at: Date,
): Promise<ServicePatch> {
  const segment = await findSegmentAt(tx, service.id, at);
  const { status, reason } = statusOf({
    isActivated: service.activatedAt !== undefined,
    isCancelled: false,
    holds,
    expiresAtMs: service.expiresAt?.getTime(),
    isOverThrottle: segment !== undefined && isOverThrottle(segment),
    nowMs: at.getTime(),
  });
  return { status, reason: reason ?? null, stateVersion: service.stateVersion + 1 };
}

/** Billing-rules F2: the package throttles and the allowance is used up. */
function isOverThrottle(segment: OpenSegment): boolean {
  return segment.terms.limit_action === 'throttle' && isUsedUp(segment);
}
