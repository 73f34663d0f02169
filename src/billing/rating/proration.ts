import type { Temporal } from 'temporal-polyfill';
import { daysBetween, localDate } from '../../subscribers/period.ts';
import { type Share, shareOf } from './share.ts';

/** Whether a part of a period is measured in local dates or in real seconds (P1, P10). */
export type ProrationUnit = 'day' | 'second';

/** How parts of a period are measured; the time zone says which date an instant is on. */
export interface Measure {
  readonly unit: ProrationUnit;
  readonly timeZone: string;
}

/**
 * The length from one instant to another: whole local dates, the day of `from` included and that of `to` not, or
 * the real time in milliseconds, so that a month with a change to summer time is an hour shorter (P10).
 */
export function lengthBetween(from: Temporal.Instant, to: Temporal.Instant, measure: Measure): bigint {
  if (measure.unit === 'day') {
    return daysBetween(localDate(from, measure.timeZone), localDate(to, measure.timeZone));
  }
  return BigInt(to.epochMilliseconds - from.epochMilliseconds);
}

/** Instants of a period that is changed: of the full period it belongs to, of the line in force, of the change. */
export interface ChangeTimes {
  readonly fullStartAt: Temporal.Instant;
  readonly lineFromAt: Temporal.Instant;
  readonly changeAt: Temporal.Instant;
  readonly endAt: Temporal.Instant;
}

/** What a change gives back and charges; amounts are positive, before and after discounts as they come in (P2). */
export function changeShares(times: ChangeTimes, measure: Measure): { credit: Share; charge: Share } {
  const { fullStartAt, lineFromAt, changeAt, endAt } = times;
  const left = lengthBetween(changeAt, endAt, measure);
  const covered = lengthBetween(lineFromAt, endAt, measure);
  const full = lengthBetween(fullStartAt, endAt, measure);
  return { credit: { part: left, whole: covered }, charge: { part: left, whole: full } };
}

/** The credit for the rest of a line, of its amount net of discount (P2, P11); a line of nothing gives nothing. */
export function restOf(lineNetMinor: bigint, share: Share): bigint {
  return share.whole === 0n ? 0n : shareOf(lineNetMinor, share);
}
