import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Histogram } from '../../../../src/bench/measure/histogram.ts';

function histogramOf(times: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const ms of times) histogram.add(ms);
  return histogram;
}

/** The nearest-rank percentile, as the histogram should have it. */
function exact(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1] ?? 0;
}

it('a percentile is at most one step of 1.6 % and 0.1 us from the exact one', () => {
  const times = fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(times, fc.constantFrom(0.5, 0.95, 0.99, 1), (list, share) => {
      const expected = exact(list, share);
      const found = histogramOf(list).percentileMs(share);
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(expected * 0.016 + 0.0001);
    }),
  );
});

it('the greatest time is kept as it is, and no percentile is above it', () => {
  const { maxMs, p50Ms, p99Ms, count } = histogramOf([1, 2, 3.3]).summary();
  expect({ maxMs, count }).toEqual({ maxMs: 3.3, count: 3 });
  expect(p99Ms).toBeLessThanOrEqual(3.3);
  expect(p50Ms).toBeCloseTo(2, 1);
});

it('what lasts longer than seven minutes counts in the last step', () => {
  expect(histogramOf([10_000_000]).percentileMs(0.5)).toBeGreaterThan(420_000);
});

it('an empty histogram has zeros', () => {
  expect(new Histogram().summary()).toEqual({ count: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 });
});
