import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/network/enforcement/pace.ts';

describe('the pace of orders to a router', () => {
  it('lets one that comes alone go at once, and spaces many evenly', () => {
    const pace = new Pace(100);
    expect([1, 2, 3].map(() => pace.turn('a', 1_000))).toEqual([0, 10, 20]);
    expect(pace.turn('a', 1_500)).toBe(0);
  });

  it('is kept for each router by itself', () => {
    const pace = new Pace(100);
    pace.turn('a', 0);
    expect(pace.turn('b', 0)).toBe(0);
  });

  it('never gives out more in a second than it may', () => {
    const pace = new Pace(125);
    const at = Array.from({ length: 1_000 }, () => pace.turn('a', 0));
    expect(at.filter((ms) => ms < 1_000).length).toBe(125);
    expect(Math.max(...at)).toBeLessThan(8_000);
  });
});
