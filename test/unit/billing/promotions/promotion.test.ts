import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { type Discount, discountOf } from '../../../../src/billing/promotions/discount.ts';
import {
  cyclesOf,
  type Promotion,
  type RedemptionFacts,
  redemptionRefusal,
} from '../../../../src/billing/promotions/promotion.ts';
import type { PlanId } from '../../../../src/kernel/ids.ts';

const percent = (value: string): Discount => ({ redemptionId: `p${value}`, type: 'percent', value });
const fixed = (value: string): Discount => ({ redemptionId: `f${value}`, type: 'fixed', value });
const whole = { part: 1n, whole: 1n };
const half = { part: 15n, whole: 30n };

test.each([
  ['D6: P10 then F500', 3_000n, [percent('10'), fixed('500')], whole, 800n],
  ['D6: F500 then P10', 3_000n, [fixed('500'), percent('10')], whole, 800n],
  ['D6: two percents, each on what is left', 1_000n, [percent('10'), percent('10')], whole, 190n],
  ['D6: each percent is rounded', 5n, [percent('50'), percent('50')], whole, 4n],
  ['D6: the excess of a fixed code is lost', 300n, [fixed('500')], whole, 300n],
  ['D6: two fixed codes never go below zero', 600n, [fixed('500'), fixed('500')], whole, 600n],
  ['D1: all of it', 3_000n, [percent('100'), fixed('5')], whole, 3_000n],
  ['D1: a fraction of a percent', 1_000n, [percent('0.05')], whole, 1n],
  ['D7: a fixed code by half', 1_500n, [fixed('501')], half, 251n],
  ['D7: a percent acts on the prorated amount', 1_500n, [percent('10')], half, 150n],
  ['no code', 3_000n, [], whole, 0n],
  ['a line of nothing', 0n, [percent('10'), fixed('5')], whole, 0n],
])('%s', (_, amount, discounts, share, expected) => {
  expect(discountOf(amount, discounts, share)).toBe(expected);
});

const now = Temporal.Instant.from('2025-04-10T12:00:00Z');
const plan = '7' as PlanId;
const promotion: Promotion = {
  id: '1',
  code: 'WELCOME',
  type: 'percent',
  value: '10',
  currency: undefined,
  duration: 'once',
  cycles: undefined,
  validFrom: now,
  validUntil: now.add({ milliseconds: 1 }),
  maxRedemptions: 5,
  maxPerCustomer: 1,
  stackable: false,
  planIds: [plan],
  redeemedCount: 4,
};
const facts: RedemptionFacts = {
  now,
  planId: plan,
  currency: 'KES',
  redeemedByCustomer: 0,
  isOnService: false,
  liveStackable: [],
};

test('D4: at the first instant of its window and with the last redemption left a code is taken', () => {
  expect(redemptionRefusal(promotion, facts)).toBeUndefined();
});

const spent = { ...facts, planId: '8' as PlanId, redeemedByCustomer: 1, liveStackable: [false] };
const all = { ...promotion, validFrom: now.add({ seconds: 1 }), redeemedCount: 5 };

test.each([
  ['before the window', all, spent, 'promotion_outside_window'],
  ['at its end', { ...promotion, validUntil: now }, facts, 'promotion_outside_window'],
  [
    'another package, exhausted, used and not stackable',
    { ...all, validFrom: undefined },
    spent,
    'promotion_not_applicable',
  ],
  [
    'exhausted, used and not stackable',
    { ...promotion, redeemedCount: 5 },
    { ...spent, planId: plan },
    'promotion_exhausted',
  ],
  ['used and not stackable', promotion, { ...spent, planId: plan }, 'promotion_already_used'],
  [
    'on this service already',
    { ...promotion, maxPerCustomer: 9 },
    { ...facts, isOnService: true },
    'promotion_already_used',
  ],
  [
    'beside a code that does not stack',
    { ...promotion, stackable: true },
    { ...facts, liveStackable: [true, false] },
    'promotion_not_stackable',
  ],
  [
    'not stackable beside one that is',
    promotion,
    { ...facts, liveStackable: [true] },
    'promotion_not_stackable',
  ],
  [
    'M2: in another currency',
    { ...promotion, type: 'fixed' as const, currency: 'USD' },
    facts,
    'currency_mismatch',
  ],
])('D4: refused, the first cause in order: %s', (_, code, given, expected) => {
  expect(redemptionRefusal(code, given)?.code).toBe(expected);
});

test('D4: two stackable codes go together', () => {
  const stackable = { ...promotion, stackable: true };
  expect(redemptionRefusal(stackable, { ...facts, liveStackable: [true] })).toBeUndefined();
});

test.each([
  ['once', undefined, 1],
  ['repeating', 3, 3],
  ['forever', undefined, null],
] as const)('D2: %s discounts so many base lines', (duration, cycles, expected) => {
  expect(cyclesOf({ duration, cycles })).toBe(expected);
});
