import { invariant } from './invariant.ts';

/**
 * The exact quotient rounded to the nearest whole number, ties away from zero: 5/2 -> 3, -5/2 -> -3 (billing-rules
 * M3). Apply it once, to the last fraction of a formula.
 */
export function roundRatio(numerator: bigint, denominator: bigint): bigint {
  invariant(denominator !== 0n, 'a ratio has a denominator other than 0');
  const isNegative = numerator < 0n !== denominator < 0n;
  const over = numerator < 0n ? -numerator : numerator;
  const under = denominator < 0n ? -denominator : denominator;
  const nearest = (2n * over + under) / (2n * under);
  return isNegative ? -nearest : nearest;
}

/**
 * Shares `total` among parts in proportion to their weights, so that the shares add up to it exactly: each is the
 * difference of two rounded running sums. Weights add up to something other than 0, or `total` is 0.
 */
export function shareOut(total: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  if (whole === 0n) {
    invariant(total === 0n, 'only nothing can be shared among parts without weight');
    return weights.map(() => 0n);
  }
  let running = 0n;
  let given = 0n;
  return weights.map((weight) => {
    running += weight;
    const upToHere = roundRatio(total * running, whole);
    const share = upToHere - given;
    given = upToHere;
    return share;
  });
}

/** The smaller of two amounts. */
export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
