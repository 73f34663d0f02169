import type { Transaction } from '../db/database.ts';
import { type AppError, conflict, invalid, notFound } from '../kernel/errors.ts';
import { checkPassword } from './credential.ts';
import { standingHolds } from './hold.store.ts';
import { placeHold, recordServiceChange, releaseHold, type ServiceChange } from './holding.service.ts';
import { checkRateLimit } from './plan.ts';
import type { ServiceDeps } from './provisioning.service.ts';
import { lockService } from './service.store.ts';
import type { Service } from './service.ts';
import { describeHold, type HoldCause, reasonOf } from './suspension.ts';

/** Whose service, and who acts (`cli:root`). */
export interface ServiceOrder {
  readonly username: string;
  readonly actor: string;
}

/** Holds a service. Throws `service_not_found`, `service_cancelled` or `already_suspended`. */
export function suspendService(
  deps: ServiceDeps,
  order: ServiceOrder & { cause?: HoldCause | undefined; note?: string | undefined },
): Promise<ServiceChange> {
  const { cause = 'admin', note } = order;
  return deps.db.transaction(async (tx) => {
    const service = await requireLiving(tx, order.username);
    const at = new Date(deps.clock.nowMs());
    const change = await placeHold(tx, { service, cause, note, actor: order.actor, at });
    if (change !== undefined) return change;
    throw conflict(
      'already_suspended',
      `'${service.username}' is suspended already: ${describeHold(cause)}.`,
    );
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
    const at = new Date(deps.clock.nowMs());
    const change = await releaseHold(tx, { service, cause, actor: order.actor, at });
    if (change !== undefined) return change;
    throw notSuspended(service, await standingHolds(tx, service.id));
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
    return recordServiceChange(
      tx,
      { service, actor: order.actor, patch },
      'speed_changed',
      'service.speed_changed',
      detail,
    );
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
    const change = { service, actor: order.actor, patch };
    return recordServiceChange(tx, change, 'password_changed', 'service.credentials_changed', {});
  });
}

/** Orders every live session of a service to be ended; it may log in again. Throws `service_not_found`. */
export function requestDisconnect(deps: ServiceDeps, order: ServiceOrder): Promise<ServiceChange> {
  return deps.db.transaction(async (tx) => {
    const service = await requireService(tx, order.username);
    const topic = 'service.disconnect_requested';
    const change = { service, actor: order.actor, patch: {} };
    return recordServiceChange(tx, change, 'disconnect_requested', topic, {});
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
