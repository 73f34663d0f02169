import type { Transaction } from '../db/database.ts';
import { type AppError, conflict, invalid, notFound } from '../kernel/errors.ts';
import { type ServiceTopic, serviceEvent } from '../platform/events/event.ts';
import { recordEvent } from '../platform/events/outbox.store.ts';
import { checkPassword } from './credential.ts';
import { insertHold, liftHold, standingHolds } from './hold.store.ts';
import { checkRateLimit } from './plan.ts';
import type { ServiceDeps } from './provisioning.service.ts';
import { findSegmentAt, type OpenSegment } from './segment.store.ts';
import { lockService, type ServicePatch, updateService } from './service.store.ts';
import { type Service, statusOf } from './service.ts';
import { appendServiceLog } from './service-log.store.ts';
import type { LogDetail, ServiceAction } from './service-log.ts';
import { describeHold, type HoldCause, reasonOf } from './suspension.ts';

/** Whose service, and who acts (`cli:root`). */
export interface ServiceOrder {
  readonly username: string;
  readonly actor: string;
}

/** The service before the change and what was changed. */
export interface ServiceChange {
  readonly before: Service;
  readonly patch: ServicePatch;
}

/** Holds a service. Throws `service_not_found`, `service_cancelled` or `already_suspended`. */
export function suspendService(
  deps: ServiceDeps,
  order: ServiceOrder & { cause?: HoldCause | undefined; note?: string | undefined },
): Promise<ServiceChange> {
  const { cause = 'admin', note } = order;
  return deps.db.transaction(async (tx) => {
    const service = await requireLiving(tx, order.username);
    const holds = await standingHolds(tx, service.id);
    if (holds.has(cause)) {
      throw conflict(
        'already_suspended',
        `'${service.username}' is suspended already: ${describeHold(cause)}.`,
      );
    }
    await insertHold(tx, { serviceId: service.id, cause, note, sinceAt: new Date(deps.clock.nowMs()) });
    const patch = await statusPatch(tx, deps, service, holds.add(cause));
    return finish(tx, { service, order, patch }, 'suspended', 'service.suspended', {
      cause,
      note: note ?? null,
    });
  });
}

/**
 * Lifts one hold (the administrator's when none is named); other holds keep the service suspended. Throws
 * `service_not_found`, `service_cancelled` or `not_suspended`.
 */
export function resumeService(
  deps: ServiceDeps,
  order: ServiceOrder & { cause?: HoldCause | undefined },
): Promise<ServiceChange> {
  const { cause = 'admin' } = order;
  return deps.db.transaction(async (tx) => {
    const service = await requireLiving(tx, order.username);
    const holds = await standingHolds(tx, service.id);
    if (!holds.delete(cause)) throw notSuspended(service, holds);
    await liftHold(tx, { serviceId: service.id, cause, liftedAt: new Date(deps.clock.nowMs()) });
    const patch = await statusPatch(tx, deps, service, holds);
    const topic = patch.status === 'suspended' ? 'service.suspended' : 'service.resumed';
    return finish(tx, { service, order, patch }, 'resumed', topic, { cause, still: reasonOf(holds) ?? null });
  });
}

/**
 * Gives a service a rate of its own, or with null the plan's again; `until` makes it temporary. Throws
 * `service_not_found`, `service_cancelled` or `validation_failed`.
 */
export async function setServiceSpeed(
  deps: ServiceDeps,
  order: ServiceOrder & { rateLimit: string | null; until?: Date | undefined },
): Promise<ServiceChange> {
  const rateLimit = order.rateLimit === null ? null : checkRateLimit(order.rateLimit);
  const until = order.until ?? null;
  if (until !== null && rateLimit === null)
    throw invalid("The plan's own rate has no end: leave the end out.");
  if (until !== null && until.getTime() <= deps.clock.nowMs())
    throw invalid('The end of the rate is in the past.');
  return deps.db.transaction(async (tx) => {
    const service = await requireLiving(tx, order.username);
    const patch = { rateLimit, rateLimitUntil: until, stateVersion: service.stateVersion + 1 };
    const detail = { from: service.rateLimit ?? null, to: rateLimit, until: until?.toISOString() ?? null };
    return finish(tx, { service, order, patch }, 'speed_changed', 'service.speed_changed', detail);
  });
}

/**
 * Changes the password; live sessions go on, the next login needs the new one. Throws `service_not_found`,
 * `service_cancelled` or `validation_failed`.
 */
export function setServicePassword(
  deps: ServiceDeps,
  order: ServiceOrder & { password: string },
): Promise<ServiceChange> {
  return deps.db.transaction(async (tx) => {
    const service = await requireLiving(tx, order.username);
    const { username, macAddress: mac } = service;
    const patch = { passwordEnc: deps.box.seal(checkPassword(order.password, { username, mac })) };
    return finish(tx, { service, order, patch }, 'password_changed', 'service.credentials_changed', {});
  });
}

/** Orders every live session of a service to be ended; it may log in again. Throws `service_not_found`. */
export function requestDisconnect(deps: ServiceDeps, order: ServiceOrder): Promise<ServiceChange> {
  return deps.db.transaction(async (tx) => {
    const service = await requireService(tx, order.username);
    const topic = 'service.disconnect_requested';
    return finish(tx, { service, order, patch: {} }, 'disconnect_requested', topic, {});
  });
}

async function requireService(tx: Transaction, username: string): Promise<Service> {
  const service = await lockService(tx, username);
  if (service === undefined) throw notFound('service_not_found', `There is no service '${username}'.`);
  return service;
}

async function requireLiving(tx: Transaction, username: string): Promise<Service> {
  const service = await requireService(tx, username);
  if (service.status !== 'cancelled') return service;
  throw conflict('service_cancelled', `'${username}' is cancelled, which is final.`);
}

function notSuspended(service: Service, holds: ReadonlySet<HoldCause>): AppError {
  const other = reasonOf(holds);
  const why =
    other === undefined ? `it is ${service.status}` : `no administrator holds it, but ${describeHold(other)}`;
  return conflict('not_suspended', `'${service.username}' cannot be resumed: ${why}.`);
}

/** What the holds make of the status; sessions learn of it by the state version. */
async function statusPatch(
  tx: Transaction,
  deps: ServiceDeps,
  service: Service,
  holds: ReadonlySet<HoldCause>,
): Promise<ServicePatch> {
  const nowMs = deps.clock.nowMs();
  const segment = await findSegmentAt(tx, service.id, new Date(nowMs));
  const { status, reason } = statusOf({
    isActivated: service.activatedAt !== undefined,
    isCancelled: false,
    holds,
    expiresAtMs: service.expiresAt?.getTime(),
    isOverThrottle: segment !== undefined && isOverThrottle(segment),
    nowMs,
  });
  return { status, reason: reason ?? null, stateVersion: service.stateVersion + 1 };
}

/** Billing-rules F2: the package throttles and the allowance is used up. */
function isOverThrottle(segment: OpenSegment): boolean {
  if (segment.terms.limit_action !== 'throttle' || segment.allowanceOctets === undefined) return false;
  return segment.uploadOctets + segment.downloadOctets >= segment.allowanceOctets;
}

async function finish(
  tx: Transaction,
  change: { service: Service; order: ServiceOrder; patch: ServicePatch },
  action: ServiceAction,
  topic: ServiceTopic,
  detail: LogDetail,
): Promise<ServiceChange> {
  const { service, order, patch } = change;
  if (Object.keys(patch).length > 0) await updateService(tx, service.id, patch);
  await appendServiceLog(tx, { serviceId: service.id, action, actor: order.actor, detail });
  await recordEvent(tx, serviceEvent(topic, service.id));
  return { before: service, patch };
}
