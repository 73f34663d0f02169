import { describe, expect, it } from 'vitest';
import { countUsage } from '../../../../src/radius/accounting/count-usage.ts';

const quota = (usedOctets: number) => ({
  usedOctets,
  limitOctets: 100,
  alertOctets: 80,
  action: 'block' as const,
});
const report = { uploadDelta: 1, downloadDelta: 5 };

describe('a report makes somebody look (F1, F2, F5)', () => {
  it.each([
    ['below every mark', 73, false],
    ['when it reaches the first mark exactly', 74, true],
    ['between the marks', 80, false],
    ['one octet before the limit', 93, false],
    ['when it reaches the limit exactly', 94, true],
    ['never again beyond it', 100, false],
  ])('%s', (_, used, crosses) => {
    const counted = quota(used);
    expect(countUsage(counted, report, 'total')).toBe(crosses);
    expect(counted.usedOctets).toBe(used + 6);
  });

  it('once when it jumps over both marks', () => {
    expect(countUsage(quota(0), { uploadDelta: 0, downloadDelta: 1_000 }, 'total')).toBe(true);
  });
});

it.each([
  ['total', 6],
  ['download', 5],
  ['upload', 1],
] as const)('O1: of %s only that is counted', (counting, added) => {
  const counted = quota(0);
  countUsage(counted, report, counting);
  expect(counted.usedOctets).toBe(added);
});
