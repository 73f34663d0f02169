import { type BillingPeriod, daysBetween, type LocalPeriod } from '../../subscribers/period.ts';
import { type RatedSegment, segmentDays } from './period-usage.ts';
import { type Share, shareOf, stubShare } from './share.ts';

/** A base amount before discounts, the share of the price it is, and the dates it covers. */
export interface BaseCharge extends LocalPeriod {
  readonly amountMinor: bigint;
  readonly share: Share;
  readonly fromPackage: number;
}

/** The base of a period billed in advance: the whole price, or a stub's share of it (B2, C6). */
export function advanceBase(priceMinor: bigint, period: BillingPeriod): BaseCharge {
  const share = stubShare(period);
  const { startOn, endOn } = period;
  return { startOn, endOn, share, amountMinor: shareOf(priceMinor, share), fromPackage: 0 };
}

/**
 * What a period owes in arrears: one base per segment with days of its own whose package is billed so, each a share
 * of its price (P8); consecutive segments at one price under one package are one.
 */
export function arrearsBases(
  segments: readonly (RatedSegment & { readonly packageId: string })[],
  period: BillingPeriod & { readonly fullDays: bigint },
): BaseCharge[] {
  const bases: BaseCharge[] = [];
  let previous: { packageId: string; price: number } | undefined;
  for (const [index, { segment, fromOn, untilOn, days }] of segmentDays(segments, period).entries()) {
    const packageId = segments[index]?.packageId ?? '';
    if (days === 0n || segment.terms.base_timing !== 'arrears') {
      if (days > 0n) previous = undefined;
      continue;
    }
    const last = bases.at(-1);
    const continues = previous?.packageId === packageId && previous.price === segment.terms.price;
    const startOn = continues && last !== undefined ? last.startOn : fromOn;
    const share = { part: daysBetween(startOn, untilOn), whole: period.fullDays };
    const amountMinor = shareOf(BigInt(segment.terms.price), share);
    const base = { startOn, endOn: untilOn, share, amountMinor, fromPackage: index };
    if (continues) bases[bases.length - 1] = base;
    else bases.push(base);
    previous = { packageId, price: segment.terms.price };
  }
  return bases;
}
