import { Temporal } from 'temporal-polyfill';

/** When a bought period begins; an unbroken one follows its predecessor without a gap (Q6). */
export interface PeriodStart {
  readonly startAt: Temporal.Instant;
  readonly isUnbroken: boolean;
}

const LATE_MAX_MS = 3_600_000;

/** A period that begins now, whatever was before. */
export function startNow(now: Temporal.Instant): PeriodStart {
  return { startAt: now, isUnbroken: false };
}

/** Renewed before its expiry a service goes on from there, else now; a blocked one starts now (billing-rules Q4, Q9). */
export function renewalStart(
  now: Temporal.Instant,
  expiresAt: Temporal.Instant | undefined,
  isBlocked: boolean,
): PeriodStart {
  if (expiresAt === undefined || isBlocked || isPast(expiresAt, now)) return startNow(now);
  return { startAt: expiresAt, isUnbroken: true };
}

/** At expiry the period goes on from there while the job is at most an hour late, else it begins now (Q5). */
export function autoRenewStart(now: Temporal.Instant, expiresAt: Temporal.Instant): PeriodStart {
  const isLate = now.epochMilliseconds - expiresAt.epochMilliseconds > LATE_MAX_MS;
  return isLate ? startNow(now) : { startAt: expiresAt, isUnbroken: true };
}

/** Whether an expiry lies before now: at the very instant a renewal still follows it without a gap. */
function isPast(expiresAt: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(expiresAt, now) < 0;
}
