import { expect, test } from 'vitest';
import { allowanceOctets, checkPlan } from '../../../src/subscribers/catalog/plan.ts';
import { segmentTerms, termsAllowance } from '../../../src/subscribers/services/segment.ts';

test.each([
  ['1', 1_000_000_000n],
  ['100', 100_000_000_000n],
  ['0.5', 500_000_000n],
  ['0.000000001', 1n],
  ['999999999.999999999', 999_999_999_999_999_999n],
])('%s GB are exactly %s octets', (gigabytes, octets) => {
  expect(allowanceOctets(gigabytes)).toBe(octets);
});

const base = { code: 'p', name: ' P ', price: 100n, currency: 'KES' };

test('a plan that says little is postpaid, unlimited, with one session and a notice', () => {
  expect(checkPlan(base, () => undefined)).toMatchObject({
    name: 'P',
    model: 'postpaid',
    limitAction: 'notify',
    sessionLimit: 1,
    rateLimit: undefined,
    dataLimitGb: undefined,
    fup: [],
  });
});

test('FUP steps have their rates in canonical form', () => {
  const plan = checkPlan({ ...base, fup: [{ from_percent: 100, rate_limit: '1m' }] }, () => undefined);
  expect(plan.fup).toEqual([{ from_percent: 100, rate_limit: '1M/1M' }]);
});

test('an unlimited plan has terms without an allowance', () => {
  const plan = checkPlan(base, () => undefined);
  expect(termsAllowance(segmentTerms(plan))).toBeUndefined();
  expect(segmentTerms(plan)).toEqual({
    price: 100,
    currency: 'KES',
    data_limit_gb: null,
    limit_action: 'notify',
    fup: [],
    rate_limit: null,
    gb_unit: 'decimal',
    overage: null,
    base_timing: 'advance',
    name: 'P',
    setup_fee: 0,
  });
});
