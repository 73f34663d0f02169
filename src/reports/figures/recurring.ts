import { invariant } from '../../kernel/invariant.ts';
import { parseRate, type Rate } from '../../kernel/rate.ts';
import { roundRatio } from '../../kernel/rounding.ts';
import type { ValidityUnit } from '../../subscribers/catalog/plan-billing.ts';

/** A discount that never ends: a decimal percentage, or whole minor units. */
export interface LastingDiscount {
  readonly type: 'percent' | 'fixed';
  readonly value: string;
}

/** Services that pay the same: a price for every `count` units of time, with the same discounts in their order. */
export interface RecurringPrice {
  readonly currency: string;
  readonly priceMinor: bigint;
  readonly unit: ValidityUnit;
  readonly count: number;
  readonly discounts: readonly LastingDiscount[];
  readonly services: bigint;
}

/** An exact number; the denominator is positive. */
interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** How many of a unit a month has on average (billing-rules Z1): 52/12 weeks, 365/12 days. */
const PER_MONTH: Readonly<Record<ValidityUnit, Fraction>> = {
  months: { over: 1n, under: 1n },
  weeks: { over: 52n, under: 12n },
  days: { over: 365n, under: 12n },
  hours: { over: 24n * 365n, under: 12n },
};

/**
 * Monthly recurring revenue of services in one currency (billing-rules Z1): each price less its lasting discounts
 * (percents first, D6), net of the tax inside it when `includedTax` says so, as of a month; exact, and rounded once.
 */
export function monthlyRecurring(prices: readonly RecurringPrice[], includedTax: Rate | undefined): bigint {
  let sum: Fraction = { over: 0n, under: 1n };
  for (const price of prices) {
    const monthly = times(netPrice(price), PER_MONTH[price.unit]);
    sum = plus(sum, times(monthly, { over: price.services, under: BigInt(price.count) }));
  }
  const net = includedTax === undefined ? sum : withoutTax(sum, includedTax);
  return roundRatio(net.over, net.under);
}

function netPrice({ priceMinor, discounts }: RecurringPrice): Fraction {
  let left: Fraction = { over: priceMinor, under: 1n };
  for (const { type, value } of discounts) {
    if (type !== 'percent') continue;
    const rate = parseRate(value);
    invariant(rate !== undefined, `'${value}' is a stored percentage`);
    const whole = 100n * rate.scale;
    left = times(left, { over: whole - rate.units, under: whole });
  }
  for (const { type, value } of discounts) {
    if (type !== 'fixed') continue;
    const rest = left.over - BigInt(value) * left.under;
    left = { over: rest > 0n ? rest : 0n, under: left.under };
  }
  return left;
}

function withoutTax(gross: Fraction, { units, scale }: Rate): Fraction {
  return times(gross, { over: 100n * scale, under: 100n * scale + units });
}

function times(a: Fraction, b: Fraction): Fraction {
  return reduced({ over: a.over * b.over, under: a.under * b.under });
}

function plus(a: Fraction, b: Fraction): Fraction {
  return reduced({ over: a.over * b.under + b.over * a.under, under: a.under * b.under });
}

/** Keeps the numbers of a long sum small. */
function reduced({ over, under }: Fraction): Fraction {
  let [a, b] = [over, under];
  while (b !== 0n) [a, b] = [b, a % b];
  const divisor = a < 0n ? -a : a;
  return divisor === 0n ? { over: 0n, under: 1n } : { over: over / divisor, under: under / divisor };
}
