import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { overageCharge } from '../../../../src/billing/rating/overage.ts';
import {
  blendedAllowance,
  periodOverage,
  type RatedSegment,
  segmentDays,
} from '../../../../src/billing/rating/period-usage.ts';
import type { OveragePricing } from '../../../../src/subscribers/catalog/plan-billing.ts';
import type { SegmentTerms } from '../../../../src/subscribers/services/segment.ts';

const GB = 1_000_000_000n;
const flat = (price: number, more: Partial<OveragePricing> = {}): OveragePricing => ({
  block_gb: '1',
  rounding: 'block',
  cap: null,
  tiers: [{ up_to_blocks: null, price }],
  ...more,
});
const tiers = [
  { up_to_blocks: 2, price: 100 },
  { up_to_blocks: 5, price: 80 },
  { up_to_blocks: null, price: 50 },
];

function charge(usedOctets: bigint, pricing: OveragePricing, gbUnit: 'decimal' | 'binary' = 'decimal') {
  return overageCharge({
    usedOctets,
    allowanceOctets: 100n * (gbUnit === 'decimal' ? GB : 1n << 30n),
    pricing,
    gbUnit,
  }).amountMinor;
}

test.each([
  ['O2: nothing used', 0n, flat(50), 0n],
  ['O2: exactly the allowance', 100n * GB, flat(50), 0n],
  ['O2: one byte more', 100n * GB + 1n, flat(50), 50n],
  ['O2: exactly one block', 101n * GB, flat(50), 50n],
  ['O2: 2 GB and a byte are three blocks', 102n * GB + 1n, flat(50), 150n],
  ['O2: half a gigabyte is a block of its own', 101n * GB, flat(50, { block_gb: '0.5' }), 100n],
  ['O3: exact, one byte rounds to nothing', 100n * GB + 1n, flat(50, { rounding: 'exact' }), 0n],
  ['O3: exact, half a block', 100n * GB + GB / 2n, flat(51, { rounding: 'exact' }), 26n],
  ['O3: exact, just under a half', 100n * GB + GB / 2n - 1n, flat(51, { rounding: 'exact' }), 25n],
  ['O4: under the cap', 102n * GB, flat(50, { cap: 101 }), 100n],
  ['O4: above the cap', 200n * GB, flat(50, { cap: 101 }), 101n],
  ['O4: a cap of nothing', 200n * GB, flat(50, { cap: 0 }), 0n],
  ['O5: first tier', 102n * GB, flat(0, { tiers }), 200n],
  ['O5: into the second', 103n * GB, flat(0, { tiers }), 280n],
  ['O5: into the last', 107n * GB, flat(0, { tiers }), 540n],
  ['O5, O3: exact in the second', 102n * GB + GB / 4n, flat(0, { tiers, rounding: 'exact' }), 220n],
  ['O5, O4: capped tiers', 107n * GB, flat(0, { tiers, cap: 300 }), 300n],
])('%s', (_, used, pricing, expected) => {
  expect(charge(used, pricing)).toBe(expected);
});

test('O1: a binary gigabyte is 2^30 octets, in allowance and blocks', () => {
  expect(charge((101n << 30n) + 1n, flat(50), 'binary')).toBe(100n);
  expect(charge(101n << 30n, flat(50), 'binary')).toBe(50n);
});

const on = (text: string) => Temporal.PlainDate.from(text);
const april = {
  startOn: on('2025-04-01'),
  endOn: on('2025-05-01'),
  fullStartOn: on('2025-04-01'),
  fullDays: 30n,
};

function segment(from: string, usedGb: number, terms: Partial<SegmentTerms>): RatedSegment {
  const base: SegmentTerms = {
    price: 3000,
    currency: 'KES',
    data_limit_gb: '100',
    limit_action: 'overage',
    fup: [],
    rate_limit: null,
    overage: flat(50),
  };
  return {
    fromOn: on(from),
    terms: { ...base, ...terms },
    uploadOctets: 0n,
    downloadOctets: BigInt(Math.round(usedGb * 1e9)),
  };
}

const rated = (segments: readonly RatedSegment[], period = april) =>
  periodOverage(segments, period, 'total').amountMinor;

test('O7: upgraded on the 16th from 100 to 200 GB the allowance is 150 GB; 152 GB cost two blocks', () => {
  const segments = [
    segment('2025-04-01', 90, {}),
    segment('2025-04-16', 62, { data_limit_gb: '200', overage: flat(40) }),
  ];
  expect(blendedAllowance(segmentDays(segments, april), 30n)).toBe(150n * GB);
  expect(rated(segments)).toBe(80n);
});

test('O7: the allowance of a group is the floor of the sum, not the sum of floors', () => {
  const odd = { data_limit_gb: '0.000000001' };
  const segments = [segment('2025-04-01', 0, odd), segment('2025-04-16', 0, odd)];
  expect(blendedAllowance(segmentDays(segments, april), 30n)).toBe(1n);
});

test.each([
  [
    'another action ends a group and is never charged',
    [
      segment('2025-04-01', 60, {}),
      segment('2025-04-11', 500, { limit_action: 'throttle', overage: null }),
      segment('2025-04-21', 34, {}),
    ],
    (27n + 1n) * 50n,
  ],
  [
    'an unlimited package is never charged',
    [segment('2025-04-01', 60, {}), segment('2025-04-11', 500, { data_limit_gb: null })],
    27n * 50n,
  ],
  [
    'a package held for no day costs nothing',
    [
      segment('2025-04-01', 1, { data_limit_gb: '1' }),
      segment('2025-04-01', 0, { limit_action: 'notify', overage: null }),
    ],
    0n,
  ],
  ['without a price nothing is charged', [segment('2025-04-01', 500, { overage: null })], 0n],
])('O7: %s', (_, segments, expected) => {
  expect(rated(segments)).toBe(expected);
});

test('O4, O7: two groups of a period have one cap', () => {
  const capped = { overage: flat(50, { cap: 70 }) };
  const segments = [
    segment('2025-04-01', 35, capped),
    segment('2025-04-11', 1, { limit_action: 'notify', overage: null }),
    segment('2025-04-21', 35, capped),
  ];
  expect(rated(segments)).toBe(70n);
});

test('C6: a stub has the share of its days in the allowance', () => {
  const stub = {
    startOn: on('2025-02-10'),
    endOn: on('2025-02-28'),
    fullStartOn: on('2025-01-31'),
    fullDays: 28n,
  };
  const limit = { data_limit_gb: '28' };
  expect(rated([segment('2025-02-10', 18, limit)], stub)).toBe(0n);
  expect(rated([segment('2025-02-10', 18.000000001, limit)], stub)).toBe(50n);
});

test.each([
  ['total', 0n],
  ['download', 0n],
  ['upload', 0n],
] as const)('O1: usage_counting = %s counts what it says', (counting, none) => {
  const both = { ...segment('2025-04-01', 0, {}), uploadOctets: 70n * GB, downloadOctets: 80n * GB };
  const expected = { total: 50n * 50n, download: none, upload: none };
  expect(periodOverage([both], april, counting).amountMinor).toBe(expected[counting]);
  const much = { ...both, downloadOctets: 101n * GB };
  expect(periodOverage([much], april, 'download').amountMinor).toBe(50n);
});
