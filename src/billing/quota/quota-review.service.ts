import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { isLive, type Service } from '../../subscribers/services/service.ts';
import { requireService } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';
import { type BillingDeps, inBilling } from '../use-case.service.ts';
import { reviewAccess } from './access.service.ts';
import { insertAlerts } from './alert.store.ts';
import { setSegmentAllowance, type UsedPeriod, usedPeriodAt } from './period-use.store.ts';
import { type AlertThreshold, reachedThresholds } from './quota.ts';

/** What a look at the usage of a service came to. */
export interface QuotaReview {
  readonly service: Service;
  /** The period that was looked at; undefined when the service had none. */
  readonly period: UsedPeriod | undefined;
  /** Alerts that are new. */
  readonly raised: readonly AlertThreshold[];
}

/**
 * Looks at the usage of a living service, whose row the caller has locked: raises the alerts that are due for the period
 * of an instant (F1), and gives the service the speed and the state its usage of now demands (F2 to F5). Done twice it
 * does nothing the second time.
 */
export async function reviewQuota(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
  usedAt = ctx.now,
): Promise<QuotaReview> {
  const period = await usedPeriodAt(tx, id, dateOf(usedAt));
  const raised = period === undefined ? [] : await raiseAlerts(tx, ctx, id, period);
  const isNow = Temporal.Instant.compare(usedAt, ctx.now) === 0;
  await settleAllowance(tx, isNow ? period : await usedPeriodAt(tx, id, dateOf(ctx.now)));
  return { service: await reviewLive(tx, ctx, id), period, raised };
}

/** The same by itself, for whoever saw a service cross a mark; undefined for one that is over. */
export function reviewServiceQuota(
  deps: BillingDeps,
  actor: Actor,
  id: ServiceId,
): Promise<QuotaReview | undefined> {
  return inBilling(deps, actor, async (tx, ctx) => {
    const service = await requireService(tx, { id });
    return service.status === 'cancelled' ? undefined : reviewQuota(tx, ctx, id);
  });
}

/** A validity that is over is the expiry's to judge, which may renew it (Q3, Q5). */
async function reviewLive(tx: Transaction, ctx: BillingContext, id: ServiceId): Promise<Service> {
  const service = await requireService(tx, { id });
  const isOver = service.expiresAt !== undefined && service.expiresAt <= dateOf(ctx.now);
  return isOver || !isLive(service.status) ? service : reviewAccess(tx, ctx, id, false);
}

/** Raises what a period has reached and nobody was told of; nothing of one that is closed. */
export async function raiseAlerts(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
  period: UsedPeriod,
): Promise<AlertThreshold[]> {
  const thresholds = reachedThresholds(period);
  const { startAt, usedOctets, allowanceOctets, isClosed } = period;
  if (isClosed || thresholds.length === 0 || allowanceOctets === undefined) return [];
  const alerts = await insertAlerts(tx, {
    serviceId: id,
    periodStartAt: startAt,
    usedOctets,
    allowanceOctets,
    raisedAt: dateOf(ctx.now),
    thresholds,
  });
  for (const alert of alerts) {
    await recordEvent(tx, {
      topic: 'usage.alert_raised',
      payload: { service_id: id, alert_id: String(alert.id) },
    });
  }
  return alerts.map(({ threshold }) => threshold);
}

/**
 * A segment may use what those before it left of the blended allowance (O7): usage that came late to one of them, and
 * another choice of what counts, leave less or more.
 */
async function settleAllowance(tx: Transaction, period: UsedPeriod | undefined): Promise<void> {
  if (period?.allowanceOctets === undefined || period.segment.allowanceOctets === undefined) return;
  const left = period.allowanceOctets - (period.usedOctets - period.segment.usedOctets);
  const settled = left > 0n ? left : 0n;
  if (settled !== period.segment.allowanceOctets) await setSegmentAllowance(tx, period.segment.id, settled);
}

function dateOf(at: Temporal.Instant): Date {
  return new Date(at.epochMilliseconds);
}
