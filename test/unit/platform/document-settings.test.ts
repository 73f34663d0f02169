import { describe, expect, it } from 'vitest';
import { parseSetting } from '../../../src/platform/settings/setting.ts';

describe('the address an invoice is paid at', () => {
  it.each<[rule: string, value: string, isFit: boolean]>([
    ['may be none', '', true],
    ['may name the invoice', 'https://pay.example/{number}?a={amount}&c={currency}&u={customer_id}', true],
    ['must be an address', 'pay here', false],
    ['must not be a script', 'javascript:alert(1)', false],
    ['must not name what is not known', 'https://pay.example/{password}', false],
    ['must not hold blanks', 'https://pay.example/a b', false],
  ])('%s', (_, value, isFit) => expect(parseSetting('payment_link', value).ok).toBe(isFit));
});

describe('words on documents', () => {
  it.each([
    ['company_name', 'A\nB'],
    ['company_name', 'x'.repeat(121)],
    ['company_address', 'x'.repeat(1_001)],
    ['document_locale', 'nonsense_language'],
    ['document_paper', 'a3'],
  ] as const)('%s refuses what does not fit', (key, value) =>
    expect(parseSetting(key, value).ok).toBe(false),
  );
});
