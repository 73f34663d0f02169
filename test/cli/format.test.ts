import { expect, test } from 'vitest';
import { formatBitRate, formatInstant, formatPrice, parsePrice } from '../../src/cli/format.ts';
import { toJson } from '../../src/cli/output.ts';
import { pairs, printable, table } from '../../src/cli/table.ts';

test.each([
  ['3000', 'KES', 300_000n, '3,000.00 KES'],
  ['29.99', 'USD', 2_999n, '29.99 USD'],
  ['29.9', 'USD', 2_990n, '29.90 USD'],
  ['0', 'KES', 0n, '0.00 KES'],
  ['1500000', 'UGX', 1_500_000n, '1,500,000 UGX'],
  ['1.234', 'KWD', 1_234n, '1.234 KWD'],
])('%s in %s is %s minor units, shown as %s', (text, currency, minor, shown) => {
  expect(parsePrice(text, currency)).toBe(minor);
  expect(formatPrice(minor, currency)).toBe(shown);
});

test.each([
  ['29.999', 'USD'],
  ['1.5', 'UGX'],
  ['-1', 'KES'],
  ['1,000', 'KES'],
  ['', 'KES'],
  ['1e3', 'KES'],
])('%j is no price in %s', (text, currency) => {
  expect(() => parsePrice(text, currency)).toThrow(/no price/);
});

test('an instant is shown in the zone of the installation', () => {
  expect(formatInstant(new Date('2026-03-04T22:06:07.999Z'), 'Africa/Nairobi')).toBe('2026-03-05 01:06:07');
});

test('rates are in bits per second', () => {
  expect(formatBitRate(950n)).toBe('950 bit/s');
  expect(formatBitRate(20_000_000n)).toBe('20.0 Mbit/s');
});

test('a table aligns its columns, numbers on the right, nothing as a dash', () => {
  const text = table(
    [{ title: 'name' }, { title: 'n', isRight: true }, { title: 'note' }],
    [
      ['é', '5', ''],
      ['longer', '100', 'x'],
    ],
  );
  expect(text).toBe(['NAME      N  NOTE', 'é         5  -', 'longer  100  x'].join('\n'));
});

test('names from the network cannot steer the terminal', () => {
  expect(printable('a\u001b[31mb\nc\u009b')).toBe('a\uFFFD[31mb\uFFFDc\uFFFD');
  expect(pairs([['x', '\u001b']])).toBe('x  \uFFFD');
});

test('JSON has snake_case keys, ISO instants, numbers for whole amounts and null for nothing', () => {
  const value = { priceMinor: 5n, atSome: new Date(0), none: undefined, big: 2n ** 60n, list: [{ aB: 1 }] };
  expect(JSON.parse(toJson(value))).toEqual({
    price_minor: 5,
    at_some: '1970-01-01T00:00:00.000Z',
    none: null,
    big: '1152921504606846976',
    list: [{ a_b: 1 }],
  });
});
