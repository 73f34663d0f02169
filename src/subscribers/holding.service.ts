import type { Transaction } from '../db/database.ts';
import { type ServiceTopic, serviceEvent } from '../platform/events/event.ts';
import { recordEvent } from '../platform/events/outbox.store.ts';
import { insertHold, liftHold, standingHolds } from './hold.store.ts';
import { findSegmentAt, type OpenSegment } from './segment.store.ts';
import { type ServicePatch, updateService } from './service.store.ts';
import { type Service, statusOf } from './service.ts';
import { appendServiceLog } from './service-log.store.ts';
import type { LogDetail, ServiceAction } from './service-log.ts';
import { type HoldCause, reasonOf } from './suspension.ts';

/** The service before the change and what was changed. */
export interface ServiceChange {
  readonly before: Service;
  readonly patch: ServicePatch;
}

/** Which hold of which service, whose row the caller has locked. */
export interface HoldOrder {
  readonly service: Service;
  readonly cause: HoldCause;
  /** Who acts: `cli:root`, `job:suspend-unpaid`. */
  readonly actor: string;
  readonly at: Date;
  readonly note?: string | undefined;
}

/** Adds a hold and what follows from it (billing-rules S5); undefined when it stands already. */
export async function placeHold(tx: Transaction, order: HoldOrder): Promise<ServiceChange | undefined> {
  const { service, cause, actor, at, note } = order;
  const holds = await standingHolds(tx, service.id);
  if (holds.has(cause)) return undefined;
  await insertHold(tx, { serviceId: service.id, cause, note, sinceAt: at });
  const patch = await statusPatch(tx, service, holds.add(cause), at);
  const detail = { cause, note: note ?? null };
  return recordServiceChange(tx, { service, actor, patch }, 'suspended', 'service.suspended', detail);
}

/** Lifts a hold and what follows from it; other holds keep the service suspended. Undefined when it does not stand. */
export async function releaseHold(tx: Transaction, order: HoldOrder): Promise<ServiceChange | undefined> {
  const { service, cause, actor, at } = order;
  const holds = await standingHolds(tx, service.id);
  if (!holds.delete(cause)) return undefined;
  await liftHold(tx, { serviceId: service.id, cause, liftedAt: at });
  const patch = await statusPatch(tx, service, holds, at);
  const topic = patch.status === 'suspended' ? 'service.suspended' : 'service.resumed';
  const detail = { cause, still: reasonOf(holds) ?? null };
  return recordServiceChange(tx, { service, actor, patch }, 'resumed', topic, detail);
}

/** Writes a change of a locked service with its log entry and event. */
export async function recordServiceChange(
  tx: Transaction,
  change: { service: Service; actor: string; patch: ServicePatch },
  action: ServiceAction,
  topic: ServiceTopic,
  detail: LogDetail,
): Promise<ServiceChange> {
  const { service, actor, patch } = change;
  if (Object.keys(patch).length > 0) await updateService(tx, service.id, patch);
  await appendServiceLog(tx, { serviceId: service.id, action, actor, detail });
  await recordEvent(tx, serviceEvent(topic, service.id));
  return { before: service, patch };
}

/** What the holds make of the status; sessions learn of it by the state version. */
async function statusPatch(
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
  if (segment.terms.limit_action !== 'throttle' || segment.allowanceOctets === undefined) return false;
  return segment.uploadOctets + segment.downloadOctets >= segment.allowanceOctets;
}
