import { describe, expect, it } from 'vitest';
import { parseRate } from '../../../src/kernel/rate.ts';
import { basisPoints, dateRange, sqlRange } from '../../../src/reports/figures/range.ts';
import { monthlyRecurring, type RecurringPrice } from '../../../src/reports/figures/recurring.ts';

const price = (priceMinor: number, more: Partial<RecurringPrice> = {}): RecurringPrice => ({
  currency: 'KES',
  priceMinor: BigInt(priceMinor),
  unit: 'months',
  count: 1,
  discounts: [],
  services: 1n,
  ...more,
});
const percent = (value: string) => ({ type: 'percent', value }) as const;
const fixed = (value: string) => ({ type: 'fixed', value }) as const;

describe('Z1 monthly recurring revenue', () => {
  it('is 14775 in the example of the rule, rounded once', () => {
    const example = [
      price(3_000, { discounts: [percent('10')] }),
      price(700, { unit: 'weeks' }),
      price(100, { unit: 'days' }),
      price(9_000, { count: 3 }),
      price(3_000),
    ];
    expect(monthlyRecurring(example, undefined)).toBe(14_775n);
  });

  it.each([
    ['nothing', [], 0n],
    ['many at one price', [price(3_000, { services: 100_000n })], 300_000_000n],
    ['three thirds make a whole', [price(100, { count: 3, services: 3n })], 100n],
    ['half a unit goes away from zero', [price(1, { count: 2 })], 1n],
    ['two weeks', [price(600, { unit: 'weeks', count: 2 })], 1_300n],
    ['a prepaid day of hours', [price(12, { unit: 'hours', count: 24 })], 365n],
    [
      'percents before fixed amounts, in any order',
      [price(3_000, { discounts: [fixed('500'), percent('10')] })],
      2_200n,
    ],
    ['one percent after another', [price(1_000, { discounts: [percent('50'), percent('7.5')] })], 463n],
    ['never below zero', [price(300, { discounts: [fixed('500')] }), price(1_000)], 1_000n],
    ['a whole discount', [price(300, { discounts: [percent('100')] })], 0n],
  ])('%s', (_, prices, expected) => {
    expect(monthlyRecurring(prices, undefined)).toBe(expected);
  });

  it('is net of the tax that prices contain', () => {
    const rate = parseRate('16');
    expect(monthlyRecurring([price(1_160)], rate)).toBe(1_000n);
    // 862.07 twice is 1724.14: rounded once.
    expect(monthlyRecurring([price(1_000, { services: 2n })], rate)).toBe(1_724n);
  });
});

describe('ranges of reports', () => {
  it('begin at the first instant of a local date, and are open where nothing is said', () => {
    expect(sqlRange(dateRange('2025-04-25', undefined), 'Africa/Cairo')).toEqual({
      fromDate: '2025-04-25',
      toDate: 'infinity',
      // Midnight does not exist on that day (C2).
      fromAt: '2025-04-24T22:00:00Z',
      toAt: 'infinity',
    });
  });

  it('may be empty, and never end before they begin', () => {
    expect(dateRange('2025-04-01', '2025-04-01')).toMatchObject({ to: { day: 1 } });
    expect(() => dateRange('2025-04-02', '2025-04-01')).toThrow(
      expect.objectContaining({ code: 'validation_failed' }),
    );
  });

  it.each([
    [0n, 0n, 0],
    [1n, 3n, 3_333],
    [1n, 6n, 1_667],
    [1n, 20_000n, 1],
    [3n, 3n, 10_000],
  ])('%s of %s is %s basis points', (part, whole, expected) => {
    expect(basisPoints(part, whole)).toBe(expected);
  });
});
