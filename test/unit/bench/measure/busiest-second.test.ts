import { expect, it } from 'vitest';
import { busiestSecond } from '../../../../src/bench/measure/busiest-second.ts';

it.each<{ name: string; atMs: number[]; most: number }>([
  { name: 'nothing', atMs: [], most: 0 },
  { name: 'one', atMs: [5], most: 1 },
  { name: 'a second is half-open', atMs: [0, 1000, 2000], most: 1 },
  { name: 'a second may begin anywhere', atMs: [0, 600, 900, 1100, 1500, 2400], most: 4 },
  { name: 'a burst at one instant', atMs: [10, 10, 10], most: 3 },
])('the busiest second of $name holds $most', ({ atMs, most }) => {
  expect(busiestSecond(atMs)).toBe(most);
});
