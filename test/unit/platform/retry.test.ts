import { expect, it } from 'vitest';
import { ENFORCEMENT_DELAYS_MS } from '../../../src/network/enforcement/enforcement-plan.ts';
import { DELIVERY_DELAYS_MS, retryDelayMs } from '../../../src/platform/events/retry.ts';

it.each([
  [1, 1_000],
  [2, 5_000],
  [3, 30_000],
  [4, 300_000],
  [50, 300_000],
])('after failure %i an enforcement waits %i ms', (failures, delayMs) => {
  expect(retryDelayMs(failures, ENFORCEMENT_DELAYS_MS)).toBe(delayMs);
});

it('the wait for an event never shrinks and ends at ten minutes', () => {
  const delays = Array.from({ length: 10 }, (_, at) => retryDelayMs(at + 1, DELIVERY_DELAYS_MS));
  expect(delays).toEqual([...delays].sort((a, b) => a - b));
  expect(delays.at(-1)).toBe(600_000);
});
