import { parseRate, percentOf } from '../../kernel/rate.ts';
import { type Share, shareOf } from '../rating/share.ts';

/** A discount as it stands on a service: a decimal percentage, or whole minor units. */
export interface Discount {
  readonly redemptionId: string;
  readonly type: 'percent' | 'fixed';
  readonly value: string;
}

/**
 * What discounts, in the order of their redemption, take off an amount (billing-rules D6, D7): percents first, each
 * on what is left and rounded, then fixed amounts by the same share as the amount itself; never more than all of it.
 */
export function discountOf(amountMinor: bigint, discounts: readonly Discount[], share: Share): bigint {
  let left = amountMinor;
  for (const { type, value } of discounts) {
    const rate = type === 'percent' ? parseRate(value) : undefined;
    if (rate !== undefined) left -= percentOf(rate, left);
  }
  for (const { type, value } of discounts) {
    if (type !== 'fixed') continue;
    const off = shareOf(BigInt(value), share);
    left = off < left ? left - off : 0n;
  }
  return amountMinor - left;
}
