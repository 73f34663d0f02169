import { roundRatio } from '../../kernel/rounding.ts';
import type { OveragePricing, OverageTier } from '../../subscribers/catalog/plan-billing.ts';
import { type GigabyteUnit, octetsOf } from '../../subscribers/gigabytes.ts';

/** Data beyond an allowance and what it costs. */
export interface OverageCharge {
  readonly overOctets: bigint;
  /** Started blocks, which is what is charged unless the pricing is exact. */
  readonly blocks: bigint;
  readonly amountMinor: bigint;
}

/** What `usedOctets` beyond an allowance cost (billing-rules O2 to O5): exactly at the allowance is not over. */
export function overageCharge(usage: {
  readonly usedOctets: bigint;
  readonly allowanceOctets: bigint;
  readonly pricing: OveragePricing;
  readonly gbUnit: GigabyteUnit;
}): OverageCharge {
  const { usedOctets, allowanceOctets, pricing, gbUnit } = usage;
  const overOctets = usedOctets > allowanceOctets ? usedOctets - allowanceOctets : 0n;
  const blockOctets = octetsOf(pricing.block_gb, gbUnit);
  const blocks = (overOctets + blockOctets - 1n) / blockOctets;
  const uncapped =
    pricing.rounding === 'exact'
      ? roundRatio(graduated(pricing.tiers, overOctets, blockOctets), blockOctets)
      : graduated(pricing.tiers, blocks, 1n);
  const cap = pricing.cap === null ? uncapped : BigInt(pricing.cap);
  return { overOctets, blocks, amountMinor: uncapped < cap ? uncapped : cap };
}

/** Each block pays the price of its own tier; `perBlock` of the quantity make one block (O5). */
function graduated(tiers: readonly OverageTier[], quantity: bigint, perBlock: bigint): bigint {
  let total = 0n;
  let reached = 0n;
  for (const { up_to_blocks, price } of tiers) {
    if (quantity <= reached) break;
    const end = up_to_blocks === null ? quantity : BigInt(up_to_blocks) * perBlock;
    const until = end < quantity ? end : quantity;
    total += (until - reached) * BigInt(price);
    reached = until;
  }
  return total;
}
