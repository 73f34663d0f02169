import { describe, expect, it } from 'vitest';
import { currencyDigits, formatMoney } from '../../../src/kernel/money.ts';

describe('formatMoney (billing-rules M1)', () => {
  it.each([
    [0n, 'KES', '0.00 KES'],
    [1n, 'KES', '0.01 KES'],
    [-1n, 'KES', '-0.01 KES'],
    [300_000n, 'KES', '3000.00 KES'],
    [-123_456n, 'USD', '-1234.56 USD'],
    [1_234n, 'UGX', '1234 UGX'],
    [0n, 'JPY', '0 JPY'],
    [1_234n, 'KWD', '1.234 KWD'],
    [9_007_199_254_740_993_00n, 'KES', '9007199254740993.00 KES'],
  ])('writes %s minor units of %s as %s', (amountMinor, currency, expected) => {
    expect(formatMoney(amountMinor, currency)).toBe(expected);
  });
});

describe('currencyDigits (billing-rules M1)', () => {
  it.each([
    ['UGX', 0],
    ['RWF', 0],
    ['KES', 2],
    ['TND', 3],
  ])('%s has %s digits', (currency, digits) => {
    expect(currencyDigits(currency)).toBe(digits);
  });

  it.each(['', 'kes', 'KE', 'KESX'])('refuses %j', (currency) => {
    expect(() => currencyDigits(currency)).toThrow(/three-letter ISO 4217 code/);
  });
});
