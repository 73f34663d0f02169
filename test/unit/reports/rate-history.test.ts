import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentileUs, RateHistory } from '../../../src/reports/rate-history.ts';

const report = (instance: string, accepts: number, startedAtMs = 0) => ({
  instance,
  startedAtMs,
  counts: { accepts },
});

describe('the rate history', () => {
  it('counts what was added between two samples, not what was there before', () => {
    const history = new RateHistory();
    history.take([report('a', 1_000)], 10_000);
    history.take([report('a', 1_030)], 20_000);
    const minute = history.last(60_000, 20_000);
    expect([minute.seconds, minute.count('accepts')]).toEqual([10, 30]);
  });

  it('knows nothing from one sample', () => {
    const history = new RateHistory();
    history.take([report('a', 5)], 10_000);
    expect(history.last(60_000, 10_000).seconds).toBe(0);
  });

  it('adds the hosts up', () => {
    const history = new RateHistory();
    history.take([report('a', 10), report('b', 100)], 0);
    history.take([report('a', 15), report('b', 107)], 2_000);
    expect(history.last(60_000, 2_000).count('accepts')).toBe(12);
  });

  it('counts a role that started after the last sample from zero', () => {
    const history = new RateHistory();
    history.take([report('a', 10)], 10_000);
    history.take([report('restarted', 7, 11_000)], 12_000);
    expect(history.last(60_000, 12_000).count('accepts')).toBe(7);
  });

  it('counts an old role it sees for the first time only from then on', () => {
    const history = new RateHistory();
    history.take([report('a', 10)], 10_000);
    history.take([report('a', 10), report('other host', 5_000, 1_000)], 12_000);
    history.take([report('a', 10), report('other host', 5_004, 1_000)], 14_000);
    expect(history.last(60_000, 14_000).count('accepts')).toBe(4);
  });

  it('loses nothing when a role misses a report', () => {
    const history = new RateHistory();
    history.take([report('a', 10)], 10_000);
    history.take([], 12_000);
    history.take([report('a', 16)], 14_000);
    expect(history.last(60_000, 14_000).count('accepts')).toBe(6);
  });

  it('draws nothing where nothing is known, and zero where nothing happened', () => {
    const history = new RateHistory();
    for (const [atMs, accepts] of [
      [100_000, 0],
      [110_000, 0],
      [120_000, 50],
    ] as const) {
      history.take([report('a', accepts)], atMs);
    }
    expect(history.series(['accepts'], { count: 4, stepMs: 10_000 }, 120_000)).toEqual([
      undefined,
      undefined,
      0,
      5,
    ]);
  });

  it('never counts below zero, and in parts as much as in all', () => {
    const steps = fc.array(fc.array(fc.nat(1_000), { minLength: 2, maxLength: 2 }), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, (added) => {
        const history = new RateHistory();
        const totals = [0, 0];
        history.take([report('a', 0), report('b', 0)], 0);
        let sum = 0;
        for (const [index, [a, b]] of added.entries()) {
          totals[0] += a;
          totals[1] += b;
          sum += a + b;
          history.take([report('a', totals[0]), report('b', totals[1])], (index + 1) * 2_000);
        }
        const nowMs = added.length * 2_000;
        expect(history.last(600_000, nowMs).count('accepts')).toBe(sum);
      }),
    );
  });
});

describe('the percentile of a histogram', () => {
  const boundsUs = [100, 250, 500];
  it.each([
    ['all in the first', [10, 0, 0, 0], 100],
    ['95 of 100 below the second', [90, 5, 5, 0], 250],
    ['a little more than 5 above', [90, 4, 6, 0], 500],
    ['no answers', [0, 0, 0, 0], undefined],
    ['too many beyond the last bound', [0, 0, 90, 10], undefined],
  ])('%s', (_, counts, expected) => {
    expect(percentileUs({ boundsUs, counts }, 0.95)).toBe(expected);
  });
});
