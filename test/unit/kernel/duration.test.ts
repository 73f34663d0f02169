import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../../src/kernel/duration.ts';

describe('formatDuration', () => {
  it.each([
    [-1, '0 s'],
    [0, '0 s'],
    [0.9, '0 s'],
    [45, '45 s'],
    [60, '1 min'],
    [61, '1 min 1 s'],
    [3_600, '1 h'],
    [3_601, '1 h'],
    [86_399, '23 h 59 min'],
    [86_400, '1 d'],
    [183_600, '2 d 3 h'],
    [21_474_720, '248 d 13 h'],
  ])('writes %s seconds as %s', (seconds, expected) => {
    expect(formatDuration(seconds)).toBe(expected);
  });
});
