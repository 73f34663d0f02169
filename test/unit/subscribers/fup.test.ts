import { expect, it } from 'vitest';
import { fupRateOf } from '../../../src/subscribers/catalog/fup.ts';

const step = (from_percent: number, rate_limit: string) => ({ from_percent, rate_limit });

it.each<[title: string, steps: unknown, rate: string | undefined]>([
  ['none without steps', [], undefined],
  ['none for what is no list', null, undefined],
  ['that of the one step', [step(100, '1M/1M')], '1M/1M'],
  ['the last that holds at 100 %, not the first', [step(80, '5M/5M'), step(100, '1M/1M')], '1M/1M'],
  ['whatever the order', [step(100, '1M/1M'), step(80, '5M/5M')], '1M/1M'],
  ['never one that begins later', [step(90, '2M/2M'), step(150, '512k/512k')], '2M/2M'],
  ['the first when all begin later', [step(150, '512k/512k'), step(120, '1M/1M')], '1M/1M'],
])('F2: the rate of a used-up allowance is %s', (_, steps, rate) => {
  expect(fupRateOf(steps)).toBe(rate);
});
