import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { decimalText, wordingFor } from '../../../../src/billing/documents/wording.ts';

const blank = (text: string): string => text.replace(/\s/g, ' ');

describe('an amount on a document', () => {
  it.each<[rule: string, locale: string, currency: string, minor: bigint, text: string]>([
    ['has two digits in KES', 'en-GB', 'KES', 123_450n, 'KES 1,234.50'],
    ['has none in UGX', 'en-GB', 'UGX', 5_000n, 'UGX 5,000'],
    ['has three in KWD', 'en-GB', 'KWD', 1_234_567n, 'KWD 1,234.567'],
    ['keeps its leading zeros', 'en-GB', 'KES', 5n, 'KES 0.05'],
    ['has a minus', 'en-GB', 'KES', -50_000n, '−KES 500.00'],
    ['is exact beyond 2^53', 'en-GB', 'KES', 900_719_925_474_099_301n, 'KES 9,007,199,254,740,993.01'],
    ['is written as the language does', 'de-DE', 'EUR', 123_450n, '1.234,50 EUR'],
    ['has the digits of the language', 'ar-EG', 'EGP', 123_450n, '‏١٬٢٣٤٫٥٠ EGP'],
  ])('%s', (_, locale, currency, minor, text) => {
    expect(blank(wordingFor(locale, currency).money(minor))).toBe(text);
  });

  it('M1: is never a floating-point number on its way', () => {
    expect(decimalText(-900_719_925_474_099_301n, 2)).toBe('-9007199254740993.01');
    expect(decimalText(7n, 3)).toBe('0.007');
    expect(decimalText(7n, 0)).toBe('7');
  });
});

describe('a period on a document', () => {
  const say = wordingFor('en-GB', 'KES');
  const period = (startOn: string, endOn: string) =>
    say.period({ startOn: Temporal.PlainDate.from(startOn), endOn: Temporal.PlainDate.from(endOn) });

  it('C2: names its last day, which is the one before its end', () => {
    expect(period('2025-04-01', '2025-05-01')).toBe('1 Apr 2025 – 30 Apr 2025');
  });
  it('is one date when it is one day', () => expect(period('2025-04-01', '2025-04-02')).toBe('1 Apr 2025'));
});
