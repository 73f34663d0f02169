import { expect, it } from 'vitest';
import { baseText, chargeText, creditText, overageText } from '../../../src/billing/cycles/line-text.ts';

const home = { name: 'Home', price: 280_000n, currency: 'KES' };
const share = { part: 18n, whole: 28n };
const flat = {
  block_gb: '1',
  rounding: 'block',
  cap: null,
  tiers: [{ up_to_blocks: null, price: 5_000 }],
} as const;
const tiers = [
  { up_to_blocks: 2, price: 5_000 },
  { up_to_blocks: null, price: 4_000 },
];
const data = (blocks: bigint, amountMinor: bigint) => ({ blocks, amountMinor, currency: 'KES' });

it.each<[rule: string, text: string, expected: string]>([
  ['a whole period is the package', baseText(home, { part: 28n, whole: 28n }), 'Home'],
  ['C6: a stub is days of the whole price', baseText(home, share), 'Home, 18 of 28 days of 2800.00 KES'],
  [
    'P2: a credit is days of the line in force',
    creditText(home, share, true),
    'Home, unused 18 of 28 days of 2800.00 KES',
  ],
  [
    'P10: a charge may be seconds',
    chargeText(home, { part: 1_252_800_000n, whole: 2_592_000_000n }, false),
    'Home, 1252800 of 2592000 seconds of 2800.00 KES',
  ],
  [
    'O2: overage is blocks at their price',
    overageText(data(3n, 15_000n), flat),
    'Data beyond the allowance, 3 blocks of 1 GB at 50.00 KES',
  ],
  [
    'O4: or the cap',
    overageText(data(9n, 40_000n), { ...flat, cap: 40_000 }),
    'Data beyond the allowance, 9 blocks of 1 GB at 50.00 KES, at most 400.00 KES',
  ],
  [
    'O5: tiers have no one price',
    overageText(data(1n, 5_000n), { ...flat, tiers }),
    'Data beyond the allowance, 1 block of 1 GB',
  ],
  [
    'O3: exact overage has no blocks',
    overageText(data(1n, 7n), { ...flat, rounding: 'exact' }),
    'Data beyond the allowance',
  ],
])('%s', (_, text, expected) => expect(text).toBe(expected));
