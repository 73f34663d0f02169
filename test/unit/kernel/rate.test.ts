import { describe, expect, it } from 'vitest';
import {
  formatRate,
  isRateAbove,
  parseRate,
  percentOf,
  percentWithin,
  type Rate,
} from '../../../src/kernel/rate.ts';

function rate(text: string): Rate {
  const parsed = parseRate(text);
  if (parsed === undefined) throw new Error(`${text} is no rate`);
  return parsed;
}

describe('rates are decimal strings, handled exactly (billing-rules M4)', () => {
  it.each([
    ['16', '16'],
    ['7.5', '7.5'],
    ['16.00', '16'],
    ['0', '0'],
    ['0.10', '0.1'],
    ['0.000000001', '0.000000001'],
    ['8.333', '8.333'],
  ])('%s is kept as %s', (text, kept) => {
    expect(formatRate(rate(text))).toBe(kept);
  });

  it.each(['', '-1', '+5', '1e2', '16%', '7,5', '.5', '5.', ' 5', '1.0000000001', 'NaN'])(
    '%j is no rate',
    (text) => {
      expect(parseRate(text)).toBeUndefined();
    },
  );

  it.each([
    ['16', 206n, 33n],
    ['16', 103n, 16n],
    ['5', 1_170n, 59n],
    ['5', 10n, 1n],
    ['7.5', 1_000n, 75n],
    ['16', -1_500n, -240n],
    ['0', 999n, 0n],
  ])('%s %% of %s is %s', (text, amountMinor, expected) => {
    expect(percentOf(rate(text), amountMinor)).toBe(expected);
  });

  it('16 % inside 1000 is 138 (V3)', () => {
    expect(percentWithin(rate('16'), 1_000n)).toBe(138n);
  });

  it('knows what is above a limit', () => {
    expect(isRateAbove(rate('100'), 100n)).toBe(false);
    expect(isRateAbove(rate('100.1'), 100n)).toBe(true);
  });
});
