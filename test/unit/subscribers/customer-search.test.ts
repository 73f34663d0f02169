import { expect, it } from 'vitest';
import { phoneDigits, prefixRange, searchQuery } from '../../../src/subscribers/customers/customer-search.ts';

it.each([
  ['amina', `'amina':*`],
  [' Amina  Odhiambo ', `'Amina':* & 'Odhiambo':*`],
  ['amina.o@example.net', `'amina':* & 'o':* & 'example':* & 'net':*`],
  ['+254 712', `'254':* & '712':*`],
  ["O'Brien & Sons", `'O':* & 'Brien':* & 'Sons':*`],
  ['José', `'José':*`],
  ['a b c d e f g h', `'a':* & 'b':* & 'c':* & 'd':* & 'e':* & 'f':*`],
  ["'); drop table customers; --", `'drop':* & 'table':* & 'customers':*`],
  [' !&|:* ', undefined],
])('%j asks for %s', (text, query) => {
  expect(searchQuery(text)).toBe(query);
});

it.each([
  ['ann', ['ann', 'ann1', 'anna', 'ann\u{1f600}'], ['an', 'anm', 'ano', 'bann']],
  [' ANN ', ['ann', 'anna'], ['ANN', 'anm']],
  ['50%_', ['50%_', '50%_x'], ['500', '50%', '50x_']],
])('user names that begin with %j lie within its range, others do not', (text, inside, outside) => {
  const { from, to } = prefixRange(text);
  const isWithin = (name: string) =>
    Buffer.compare(Buffer.from(name), Buffer.from(from)) >= 0 &&
    Buffer.compare(Buffer.from(name), Buffer.from(to)) < 0;
  expect(inside.map(isWithin)).not.toContain(false);
  expect(outside.map(isWithin)).not.toContain(true);
});

it.each([
  ['+254712345678', '254712345678'],
  ['00254712345678', '254712345678'],
  ['+254 (0)712 345-678', '254712345678'],
  ['0712345678', '712345678'],
  ['712 345 678', '712345678'],
  ['(020) 12.34/567 89', '20123456789'],
  ['254712', undefined],
  ['0000000000000000', undefined],
  ['1234567890123456', undefined],
  ['amina 0712345678', undefined],
  ['', undefined],
])('%j is the phone number %s', (text, digits) => {
  expect(phoneDigits(text)).toBe(digits);
});
