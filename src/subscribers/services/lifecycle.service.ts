import type { Transaction } from '../../db/database.ts';
import { type AppError, conflict } from '../../kernel/errors.ts';
import { invariant } from '../../kernel/invariant.ts';
import { findPlan } from '../catalog/plan.store.ts';
import { standingHolds } from './hold.store.ts';
import { placeHold, releaseHold, statusPatch } from './holding.service.ts';
import type { ServiceDeps } from './provisioning.service.ts';
import type { Service } from './service.ts';
import {
  recordChange,
  requireLiving,
  requireService,
  type ServiceChange,
  type ServiceOrder,
} from './service-change.service.ts';
import { describeHold, type HoldCause, reasonOf } from './suspension.ts';

/** An order about one hold: the administrator's when no cause is named. */
export type HoldingOrder = ServiceOrder & {
  readonly cause?: HoldCause | undefined;
  readonly note?: string | undefined;
};

/** Holds a service. Throws `service_not_found`, `service_cancelled` or `already_suspended`. */
export function suspendService(deps: ServiceDeps, order: HoldingOrder): Promise<ServiceChange> {
  const { cause = 'admin', note, actor } = order;
  return deps.db.transaction(async (tx) => {
    const service = await requireLiving(tx, order);
    const at = new Date(deps.clock.nowMs());
    const change = await placeHold(tx, { service, cause, note, actor, at });
    if (change !== undefined) return change;
    throw conflict(
      'already_suspended',
      `'${service.username}' is suspended already: ${describeHold(cause)}.`,
    );
  });
}

/**
 * Lifts one hold; other holds keep the service suspended. Throws `service_not_found`, `service_cancelled` or
 * `not_suspended`.
 */
export function resumeService(deps: ServiceDeps, order: HoldingOrder): Promise<ServiceChange> {
  return deps.db.transaction((tx) => resumeIn(tx, order, new Date(deps.clock.nowMs())));
}

/** `resumeService` in a transaction of the caller's. */
export async function resumeIn(tx: Transaction, order: HoldingOrder, at: Date): Promise<ServiceChange> {
  const { cause = 'admin', note, actor } = order;
  const service = await requireLiving(tx, order);
  const change = await releaseHold(tx, { service, cause, note, actor, at });
  if (change !== undefined) return change;
  throw notSuspended(service, await standingHolds(tx, service.id));
}

/**
 * Starts a pending service that the caller has locked and, if it is prepaid, has taken the money for. Its first segment
 * is the caller's to begin (`beginCounting`).
 */
export async function activateIn(
  tx: Transaction,
  { service, actor, at }: Pick<ServiceOrder, 'actor'> & { readonly service: Service; readonly at: Date },
): Promise<ServiceChange> {
  if (service.activatedAt !== undefined) {
    throw conflict('already_active', `'${service.username}' was activated already: it is ${service.status}.`);
  }
  const plan = await findPlan(tx, service.planId);
  invariant(plan !== undefined, 'a service has a package');
  const holds = await standingHolds(tx, service.id);
  const patch = await statusPatch(tx, { ...service, activatedAt: at }, holds, at);
  return recordChange(tx, actor, service, {
    patch: { ...patch, activatedAt: at },
    action: 'activated',
    topics: ['service.activated'],
    detail: { package_id: plan.id },
  });
}

/** Orders every live session of a service to be ended; it may log in again. Throws `service_not_found`. */
export function requestDisconnect(deps: ServiceDeps, order: ServiceOrder): Promise<ServiceChange> {
  return deps.db.transaction(async (tx) =>
    recordChange(tx, order.actor, await requireService(tx, order), {
      patch: {},
      action: 'disconnect_requested',
      topics: ['service.disconnect_requested'],
    }),
  );
}

function notSuspended(service: Service, holds: ReadonlySet<HoldCause>): AppError {
  const other = reasonOf(holds);
  const why =
    other === undefined ? `it is ${service.status}` : `no administrator holds it, but ${describeHold(other)}`;
  return conflict('not_suspended', `'${service.username}' cannot be resumed: ${why}.`);
}
