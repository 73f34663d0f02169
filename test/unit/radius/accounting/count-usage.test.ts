import { describe, expect, it } from 'vitest';
import { countUsage } from '../../../../src/radius/accounting/count-usage.ts';

type Action = 'overage' | 'throttle' | 'block' | 'notify';

function line(usedOctets: number, action: Action = 'overage', state: 'active' | 'throttled' = 'active') {
  return { state, quota: { usedOctets, limitOctets: 100, alertOctets: 80, action } };
}
const report = { uploadDelta: 1, downloadDelta: 5 };

describe('a report makes somebody look (F1, F2, F5)', () => {
  it.each([
    ['below every mark', line(73), false],
    ['when it reaches the first mark exactly', line(74), true],
    ['between the marks', line(80), false],
    ['one octet before the limit', line(93), false],
    ['when it reaches the limit exactly', line(94), true],
    ['never again beyond it', line(100), false],
    ['beyond it while a package that throttles runs at full speed', line(100, 'throttle'), true],
    ['beyond it while a package that blocks is not held', line(100, 'block'), true],
    ['beyond it once it is throttled', line(100, 'throttle', 'throttled'), false],
  ])('%s', (_, subscriber, isLookedAt) => {
    const before = subscriber.quota.usedOctets;
    expect(countUsage(subscriber, report, 'total')).toBe(isLookedAt);
    expect(subscriber.quota.usedOctets).toBe(before + 6);
  });

  it('once when it jumps over both marks', () => {
    expect(countUsage(line(0), { uploadDelta: 0, downloadDelta: 1_000 }, 'total')).toBe(true);
  });

  it('not at all without an allowance', () => {
    expect(countUsage({ state: 'active', quota: undefined }, report, 'total')).toBe(false);
  });
});

it.each([
  ['total', 6],
  ['download', 5],
  ['upload', 1],
] as const)('O1: of %s only that is counted', (counting, added) => {
  const counted = line(0);
  countUsage(counted, report, counting);
  expect(counted.quota.usedOctets).toBe(added);
});
