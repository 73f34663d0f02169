import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import { localHour } from '../../kernel/calendar.ts';
import { invalid } from '../../kernel/errors.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { recordServiceChange } from '../../platform/events/change-log.store.ts';
import { localDate } from '../../subscribers/period.ts';
import type { Service } from '../../subscribers/services/service.ts';
import { requireLiving } from '../../subscribers/services/service-change.service.ts';
import { bookUsage } from '../../usage/booking.store.ts';
import { type CounterReport, countReport } from '../../usage/counter-delta.ts';
import { intervalRateBps } from '../../usage/sessions/session.ts';
import { readCounters, saveCounters } from '../../usage/usage-counter.store.ts';
import { findUsageEvent, insertUsageEvent, type UsageEvent } from '../../usage/usage-event.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { type QuotaReview, reviewQuota } from './quota-review.service.ts';

/** Octets of a service that no RADIUS report carries. */
export interface UsageOrder {
  readonly serviceId: ServiceId;
  /** When they were used; absent: now. */
  readonly at?: Temporal.Instant | undefined;
  /** The source's own name of the event, unique within the service: told again it adds nothing. */
  readonly eventId?: string | undefined;
  /** The octets themselves, or where the counters of a session stand. */
  readonly usage: ToldOctets | ToldCounters;
}

export interface ToldOctets {
  readonly kind: 'octets';
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
}

export interface ToldCounters extends CounterReport {
  readonly kind: 'counters';
  readonly sessionId: string;
}

/** What became of it. */
export interface RecordedUsage {
  /** With the octets that were added. */
  readonly event: UsageEvent;
  readonly isRepeat: boolean;
  readonly review: QuotaReview;
}

/**
 * Counts octets of a living service in the period of their event time (billing-rules O6, O8, O9), with all that follows
 * from them: alerts, FUP rate, data cap (F1, F2, F5). Throws `service_not_found`, `service_cancelled` and
 * `validation_failed` for an instant outside the service's life.
 */
export async function recordUsage(
  tx: Transaction,
  ctx: BillingContext,
  order: UsageOrder,
): Promise<RecordedUsage> {
  const { serviceId, at = ctx.now, eventId } = order;
  const service = await requireLiving(tx, { id: serviceId });
  // The clock of a source may be ahead, though not beyond the period that runs.
  const runsUntilMs = service.periodEnd?.getTime() ?? 0;
  if (Temporal.Instant.compare(at, ctx.now) > 0 && at.epochMilliseconds >= runsUntilMs) {
    throw outside(
      'This usage lies in the future.',
      'must be now at the latest, or lie in the current period',
    );
  }
  const sourceKey = eventId === undefined ? undefined : `${serviceId}:${eventId}`;
  const known = sourceKey === undefined ? undefined : await findUsageEvent(tx, sourceKey);
  if (known !== undefined) {
    const knownAt = inService(service, instantOf(known.at), ctx.settings.isp_timezone);
    const review = await reviewQuota(tx, ctx, serviceId, knownAt);
    return { event: known, isRepeat: true, review };
  }
  const date = new Date(at.epochMilliseconds);
  const usedAt = inService(service, at, ctx.settings.isp_timezone);
  const added = await octetsOf(tx, order, date);
  const isBooked = await bookUsage(tx, {
    ...added,
    serviceId,
    at: new Date(usedAt.epochMilliseconds),
    hour: localHour(at.epochMilliseconds, ctx.settings.isp_timezone),
  });
  if (!isBooked) {
    throw outside('The service had not begun at that time.', 'must lie in the life of the service');
  }
  const event = await insertUsageEvent(tx, { ...added, serviceId, at: date, sourceKey });
  const review = await reviewQuota(tx, ctx, serviceId, usedAt);
  await recordServiceChange(tx, serviceId);
  return { event, isRepeat: false, review };
}

/** The day of the activation is the service's as a whole (C6), though it counts from the instant on. */
function inService({ activatedAt }: Service, at: Temporal.Instant, timeZone: string): Temporal.Instant {
  if (activatedAt === undefined) return at;
  const began = instantOf(activatedAt);
  const isEarlier = Temporal.Instant.compare(at, began) < 0;
  return isEarlier && localDate(at, timeZone).equals(localDate(began, timeZone)) ? began : at;
}

interface Added {
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
  readonly peakBps: number;
}

/** O9: what a session's counters add to the highest seen. */
async function octetsOf(tx: Transaction, { serviceId, usage }: UsageOrder, at: Date): Promise<Added> {
  if (usage.kind === 'octets') return { ...usage, peakBps: 0 };
  const key = { serviceId, sessionId: usage.sessionId };
  const before = await readCounters(tx, key);
  const step = countReport(before, usage);
  await saveCounters(tx, key, { ...step, at });
  const intervalS = step.sessionTimeS - before.sessionTimeS;
  return {
    uploadOctets: BigInt(step.uploadDelta),
    downloadOctets: BigInt(step.downloadDelta),
    peakBps: intervalRateBps(step.uploadDelta, step.downloadDelta, intervalS),
  };
}

function outside(message: string, must: string): Error {
  return invalid(message, { at: must });
}

function instantOf(at: Date): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime());
}
