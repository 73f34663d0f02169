import { expect, test } from 'vitest';
import { checkPlan } from '../../../src/subscribers/catalog/plan.ts';
import { checkPlanBilling, type NewPlanBilling } from '../../../src/subscribers/catalog/plan-billing.ts';
import { octetsOf } from '../../../src/subscribers/gigabytes.ts';

test('a package that says nothing of billing is monthly, in advance, without fees (billing-rules section 20)', () => {
  expect(checkPlanBilling({})).toEqual({
    cycle: 'monthly',
    cycleCount: 1,
    baseTiming: 'advance',
    overage: undefined,
    setupFee: 0n,
    trialDays: 0,
    validity: undefined,
  });
});

test('a flat overage price is one tier without an end', () => {
  expect(checkPlanBilling({ overage: { price: 50 } }).overage).toEqual({
    block_gb: '1',
    rounding: 'block',
    cap: null,
    tiers: [{ up_to_blocks: null, price: 50 }],
  });
});

test.each<[string, NewPlanBilling, RegExp]>([
  ['an unknown cycle', { cycle: 'yearly' }, /cycle of a package cannot be 'yearly'.*daily, weekly, monthly/],
  ['no cycle at all', { cycleCount: 0 }, /cycle_count/],
  ['an unknown timing', { baseTiming: 'later' }, /base_timing.*advance, arrears/],
  ['a negative fee', { setupFee: -1n }, /setup_fee/],
  ['half a day of trial', { trialDays: 0.5 }, /trial_days/],
  ['an unknown validity', { validity: { unit: 'years', count: 1 } }, /validity.unit/],
  ['a validity of nothing', { validity: { unit: 'days', count: 0 } }, /validity.count/],
  ['a block of nothing', { overage: { block_gb: '0', price: 1 } }, /block_gb/],
  ['overage without a price', { overage: { block_gb: '1' } }, /needs a price/],
  ['a fraction of a price', { overage: { price: 0.5 } }, /price/],
  ['a negative cap', { overage: { price: 1, cap: -1 } }, /cap/],
  ['an unknown rounding', { overage: { price: 1, rounding: 'up' } }, /block, exact/],
  ['tiers that fall', { overage: { tiers: tiers([5, 1], [5, 1], [null, 1]) } }, /tiers.1.up_to_blocks/],
  ['tiers that end', { overage: { tiers: tiers([5, 1]) } }, /null in the last tier/],
  ['tiers after the last', { overage: { tiers: tiers([null, 1], [null, 1]) } }, /null in the last tier/],
])('%s is refused', (_, input, sentence) => {
  expect(() => checkPlanBilling(input)).toThrow(sentence);
});

const base = { code: 'p', name: 'P', price: 100n, currency: 'KES' };

test('a package with an overage price charges overage, and nothing else (F6)', () => {
  expect(checkPlan({ ...base, overage: { price: 5 } }, () => undefined).limitAction).toBe('overage');
  const both = { ...base, overage: { price: 5 }, limitAction: 'throttle' };
  expect(() => checkPlan(both, () => undefined)).toThrow(/choose one/);
});

test('a prepaid package never charges overage (Q9)', () => {
  const owing = { ...base, model: 'prepaid', overage: { price: 5 } };
  expect(() => checkPlan(owing, () => undefined)).toThrow(/prepaid package cannot charge overage/);
});

test.each([
  ['1', 'decimal', 1_000_000_000n],
  ['1', 'binary', 1_073_741_824n],
  ['0.5', 'binary', 536_870_912n],
  ['0.000000001', 'binary', 1n],
] as const)('O1: %s GB %s are %s octets', (text, unit, octets) => {
  expect(octetsOf(text, unit)).toBe(octets);
});

function tiers(...steps: [number | null, number][]) {
  return steps.map(([up_to_blocks, price]) => ({ up_to_blocks, price }));
}
