import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import { conflict } from '../../kernel/errors.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { standingHolds } from '../../subscribers/services/hold.store.ts';
import type { Service } from '../../subscribers/services/service.ts';
import type { BillingContext } from '../billing-context.ts';
import { type PeriodStart, renewalStart, startNow } from './period-start.ts';
import { openPrepaid, type PrepaidAccount, type Purchase, purchase } from './purchase.service.ts';

/** Whose service, and which version of it when that matters. */
export interface PrepaidOrder {
  readonly id: ServiceId;
  readonly version?: number | undefined;
}

/**
 * Buys the next period of a prepaid service out of the wallet (billing-rules Q2, Q4, Q9); a pending one starts with
 * it. Throws `service_not_found`, `service_cancelled`, `not_prepaid`, `insufficient_balance`.
 */
export async function renewService(
  tx: Transaction,
  ctx: BillingContext,
  order: PrepaidOrder,
): Promise<Purchase> {
  const account = await openPrepaid(tx, ctx, order);
  refusePostpaid(account);
  const start = await startOfRenewal(tx, ctx, account.service);
  return purchase(tx, ctx, account, { plan: planToBuy(account), start });
}

/**
 * Starts a pending prepaid service by buying its first period (Q1). Throws what `renewService` throws, and
 * `already_active`.
 */
export async function activatePrepaid(
  tx: Transaction,
  ctx: BillingContext,
  order: PrepaidOrder,
): Promise<Purchase> {
  const account = await openPrepaid(tx, ctx, order);
  refusePostpaid(account);
  const { service } = account;
  if (service.activatedAt !== undefined) {
    throw conflict('already_active', `'${service.username}' was activated already: it is ${service.status}.`);
  }
  return purchase(tx, ctx, account, { plan: planToBuy(account), start: startNow(ctx.now) });
}

/** Where a renewal of a service begins (Q4, Q9). */
export async function startOfRenewal(
  tx: Transaction,
  ctx: BillingContext,
  service: Service,
): Promise<PeriodStart> {
  const isBlocked = (await standingHolds(tx, service.id)).has('data_cap');
  return renewalStart(ctx.now, expiryOf(service), isBlocked);
}

/** The package of the next period: the one a change has chosen for it, else the present one (P5). */
export function planToBuy({ facts }: PrepaidAccount) {
  return facts.nextPlan ?? facts.plan;
}

/** When a service expires; undefined before its first period. */
export function expiryOf(service: Pick<Service, 'expiresAt'>): Temporal.Instant | undefined {
  const { expiresAt } = service;
  return expiresAt && Temporal.Instant.fromEpochMilliseconds(expiresAt.getTime());
}

function refusePostpaid({ facts, service }: PrepaidAccount): void {
  if (facts.plan.model === 'prepaid') return;
  throw conflict('not_prepaid', `'${service.username}' is postpaid: it gets invoices, and is not renewed.`);
}
