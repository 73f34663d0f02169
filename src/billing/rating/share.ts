import { roundRatio } from '../../kernel/rounding.ts';
import { type BillingPeriod, daysBetween } from '../../subscribers/period.ts';

/** An exact part of something whole, such as 15 of 30 days. */
export interface Share {
  readonly part: bigint;
  readonly whole: bigint;
}

/** All of it. */
export const WHOLE: Share = { part: 1n, whole: 1n };

/** Nothing of it. */
export const NONE: Share = { part: 0n, whole: 1n };

/** An amount times a share, rounded once (billing-rules M3). */
export function shareOf(amountMinor: bigint, share: Share): bigint {
  return roundRatio(amountMinor * share.part, share.whole);
}

/** The days of a full period that a period has: less than all of them in a stub (C6). */
export function stubShare(period: BillingPeriod): Share {
  return {
    part: daysBetween(period.startOn, period.endOn),
    whole: daysBetween(period.fullStartOn, period.endOn),
  };
}
