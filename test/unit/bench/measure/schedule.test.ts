import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Schedule } from '../../../../src/bench/measure/schedule.ts';

describe('an open loop', () => {
  it.each([
    { at: -1, due: 0 },
    { at: 0, due: 1 },
    { at: 9.99, due: 1 },
    { at: 10, due: 2 },
    { at: 995, due: 100 },
    { at: 5_000, due: 100 },
  ])('of 100 per second for one second has $due due after $at ms', ({ at, due }) => {
    expect(new Schedule([{ ratePerS: 100, seconds: 1 }]).dueCount(at)).toBe(due);
  });

  it('goes on at another rate when a step ends', () => {
    const schedule = new Schedule([
      { ratePerS: 1_000, seconds: 0.5 },
      { ratePerS: 10, seconds: 1 },
    ]);
    expect(schedule.total).toBe(510);
    expect(schedule.endMs).toBe(1_500);
    expect(schedule.dueMs(499)).toBeCloseTo(499);
    expect(schedule.dueMs(500)).toBeCloseTo(500);
    expect(schedule.dueMs(501)).toBeCloseTo(600);
    expect(schedule.dueCount(599)).toBe(501);
    expect(schedule.dueCount(601)).toBe(502);
  });

  it('has every request due at its own time and none before', () => {
    const steps = fc.array(
      fc.record({ ratePerS: fc.integer({ min: 1, max: 20_000 }), seconds: fc.integer({ min: 1, max: 3 }) }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (list, share) => {
        const schedule = new Schedule(list);
        const index = Math.floor(share * schedule.total);
        const dueMs = schedule.dueMs(index);
        expect(schedule.dueCount(dueMs + 1e-6)).toBeGreaterThanOrEqual(index + 1);
        expect(schedule.dueCount(dueMs - 1e-3)).toBeLessThanOrEqual(index);
        expect(dueMs).toBeLessThan(schedule.endMs);
      }),
    );
  });

  it('without steps has nothing to send', () => {
    const schedule = new Schedule([]);
    expect([schedule.total, schedule.endMs, schedule.dueCount(1_000)]).toEqual([0, 0, 0]);
  });
});
