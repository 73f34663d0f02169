import { Temporal } from 'temporal-polyfill';
import { countedOctets, type UsageCounting } from '../../subscribers/counted-octets.ts';
import { type BillingPeriod, daysBetween } from '../../subscribers/period.ts';
import { type SegmentTerms, termsAllowance } from '../../subscribers/services/segment.ts';
import { overageCharge } from './overage.ts';

/** A stretch of a period under one package: its first local date and what was used in it. */
export interface RatedSegment {
  readonly fromOn: Temporal.PlainDate;
  readonly terms: SegmentTerms;
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
}

/** A segment with its days: the day of a change belongs to the new package, so that a segment can have none (O7). */
export interface SegmentDays {
  readonly segment: RatedSegment;
  readonly fromOn: Temporal.PlainDate;
  readonly untilOn: Temporal.PlainDate;
  readonly days: bigint;
}

/** The days of each segment, which are in order of time; `endOn` may be earlier than the period's own end. */
export function segmentDays(segments: readonly RatedSegment[], period: BillingPeriod): SegmentDays[] {
  const inside = (date: Temporal.PlainDate): Temporal.PlainDate => {
    if (Temporal.PlainDate.compare(date, period.startOn) < 0) return period.startOn;
    return Temporal.PlainDate.compare(date, period.endOn) > 0 ? period.endOn : date;
  };
  return segments.map((segment, index) => {
    const next = segments[index + 1];
    // Service that begins in the course of the first day has all of that day (C6).
    const fromOn = index === 0 ? period.startOn : inside(segment.fromOn);
    const untilOn = next === undefined ? period.endOn : inside(next.fromOn);
    return { segment, fromOn, untilOn, days: daysBetween(fromOn, untilOn) };
  });
}

/**
 * The blended allowance of a period: the floor of all segments' allowances, each by its share of the days of the
 * full period (O7, F1). `fullDays` are those of the full period; undefined = unlimited in some segment.
 */
export function blendedAllowance(segments: readonly SegmentDays[], fullDays: bigint): bigint | undefined {
  let octetDays = 0n;
  for (const { segment, days } of segments) {
    if (days === 0n && segments.length > 1) continue;
    const allowance = termsAllowance(segment.terms);
    if (allowance === undefined) return undefined;
    octetDays += allowance * days;
  }
  return octetDays / fullDays;
}

/**
 * The overage of a period (O2 to O7): consecutive segments that charge overage share an allowance and their usage,
 * and pay the rate of the last of them; a segment with another action, or without a limit, ends a group.
 */
export function periodOverage(
  segments: readonly RatedSegment[],
  period: BillingPeriod & { readonly fullDays: bigint },
  counting: UsageCounting,
): { readonly amountMinor: bigint; readonly blocks: bigint; readonly overOctets: bigint } {
  let amountMinor = 0n;
  let blocks = 0n;
  let overOctets = 0n;
  let cap: bigint | undefined;
  for (const group of overageGroups(segmentDays(segments, period))) {
    const last = group.at(-1)?.segment.terms;
    // A package held for no day costs nothing (P6).
    if (last?.overage == null || group.every(({ days }) => days === 0n)) continue;
    const charge = overageCharge({
      usedOctets: group.reduce((sum, { segment }) => sum + countedOctets(segment, counting), 0n),
      allowanceOctets: blendedAllowance(group, period.fullDays) ?? 0n,
      pricing: last.overage,
      gbUnit: last.gb_unit ?? 'decimal',
    });
    amountMinor += charge.amountMinor;
    blocks += charge.blocks;
    overOctets += charge.overOctets;
    // Two groups in one period still have one cap: that of the package now in force (O4).
    cap = last.overage.cap === null ? undefined : BigInt(last.overage.cap);
  }
  return { amountMinor: cap !== undefined && cap < amountMinor ? cap : amountMinor, blocks, overOctets };
}

function overageGroups(segments: readonly SegmentDays[]): SegmentDays[][] {
  const groups: SegmentDays[][] = [];
  let isOpen = false;
  for (const one of segments) {
    const { limit_action, data_limit_gb } = one.segment.terms;
    const charges = limit_action === 'overage' && data_limit_gb !== null;
    const current = groups.at(-1);
    if (charges && isOpen && current !== undefined) current.push(one);
    else if (charges) groups.push([one]);
    isOpen = charges;
  }
  return groups;
}
