import { formatMoney } from '../../kernel/money.ts';
import type { OveragePricing } from '../../subscribers/catalog/plan-billing.ts';
import type { Share } from '../rating/share.ts';

/** What something is called and what a whole one costs, in minor units. */
export interface Priced {
  readonly name: string;
  readonly price: bigint;
  readonly currency: string;
}

/** What the base line of a package is called, with the arithmetic of a part of a period. */
export function baseText({ name, price, currency }: Priced, share: Share): string {
  if (share.part === share.whole) return name;
  return `${name}, ${share.part} of ${share.whole} days of ${formatMoney(price, currency)}`;
}

/** Data beyond an allowance, with what its blocks cost: `Data beyond the allowance, 3 blocks of 1 GB at 0.50 KES`. */
export function overageText(
  charged: { readonly blocks: bigint; readonly amountMinor: bigint; readonly currency: string },
  pricing: OveragePricing | null | undefined,
): string {
  const { blocks, amountMinor, currency } = charged;
  if (pricing?.rounding !== 'block') return 'Data beyond the allowance';
  const text = `Data beyond the allowance, ${blocks} ${blocks === 1n ? 'block' : 'blocks'} of ${pricing.block_gb} GB`;
  const [tier, ...higher] = pricing.tiers;
  const price = tier === undefined || higher.length > 0 ? undefined : BigInt(tier.price);
  const priced = price === undefined ? text : `${text} at ${formatMoney(price, currency)}`;
  const isCapped =
    pricing.cap !== null &&
    amountMinor === BigInt(pricing.cap) &&
    price !== undefined &&
    blocks * price > amountMinor;
  return isCapped ? `${priced}, at most ${formatMoney(amountMinor, currency)}` : priced;
}

/** The part of a line, of a whole `price`, that a change or cancellation gives back. */
export function creditText({ name, price, currency }: Priced, share: Share, isByDay: boolean): string {
  return `${name}, unused ${partText(share, isByDay)} of ${formatMoney(price, currency)}`;
}

/** The rest of a period under the new package. */
export function chargeText({ name, price, currency }: Priced, share: Share, isByDay: boolean): string {
  return `${name}, ${partText(share, isByDay)} of ${formatMoney(price, currency)}`;
}

function partText(share: Share, isByDay: boolean): string {
  if (isByDay) return `${share.part} of ${share.whole} days`;
  return `${share.part / 1_000n} of ${share.whole / 1_000n} seconds`;
}
