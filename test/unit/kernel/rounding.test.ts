import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundRatio, shareOut } from '../../../src/kernel/rounding.ts';

describe('roundRatio (billing-rules M3)', () => {
  it.each([
    ['a tie goes up', 5n, 2n, 3n],
    ['a negative tie goes down', -5n, 2n, -3n],
    ['a negative denominator is a sign', 5n, -2n, -3n],
    ['17 days of 31 at 999', 999n * 17n, 31n, 548n],
    ['5 % of 1170', 1170n * 5n, 100n, 59n],
    ['5 % of 10', 50n, 100n, 1n],
    ['just below a tie', 249n, 100n, 2n],
    ['nothing', 0n, 7n, 0n],
    ['beyond the precision of a float', 90_071_992_547_409_935n, 10n, 9_007_199_254_740_994n],
  ])('%s: %s / %s is %s', (_, numerator, denominator, expected) => {
    expect(roundRatio(numerator, denominator)).toBe(expected);
  });

  it('is never further off than half a unit, and the same with the sign turned', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 12n), (over, under) => {
        const rounded = roundRatio(over, under);
        const off = 2n * (rounded * under - over);
        expect(off <= under && off >= -under).toBe(true);
        expect(roundRatio(-over, under)).toBe(-rounded);
      }),
      { seed: 3 },
    );
  });

  it('refuses a denominator of 0', () => {
    expect(() => roundRatio(1n, 0n)).toThrow(/denominator/);
  });
});

describe('shareOut', () => {
  it('parts sum to the whole, whatever the weights', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 12n), 10n ** 12n),
        fc.array(fc.bigInt(1n, 10n ** 9n), { minLength: 1, maxLength: 12 }),
        (total, weights) => {
          const shares = shareOut(total, weights);
          expect(shares).toHaveLength(weights.length);
          expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(total);
        },
      ),
      { seed: 3 },
    );
  });

  it('gives each weight its part', () => {
    expect(shareOut(10n, [1n, 1n, 1n])).toEqual([3n, 4n, 3n]);
    expect(shareOut(862n, [600n, 400n])).toEqual([517n, 345n]);
    expect(shareOut(0n, [0n, 0n])).toEqual([0n, 0n]);
  });
});
