import { describe, expect, it } from 'vitest';
import { combineOctets, formatOctets, GIGAWORD } from '../../../src/kernel/octets.ts';

describe('combineOctets', () => {
  it.each([
    ['nothing', 0, 0, 0],
    ['the last octet before the wrap', 0, 4_294_967_295, 4_294_967_295],
    ['the wrap itself', 1, 0, GIGAWORD],
    ['the largest exact count', 2_097_151, 4_294_967_295, Number.MAX_SAFE_INTEGER],
  ])('joins the two halves of a counter: %s', (_what, gigawords, octets, expected) => {
    expect(combineOctets(gigawords, octets)).toBe(expected);
  });

  it('a count past 2^53 - 1 is no counter', () => {
    expect(combineOctets(2_097_152, 0)).toBeUndefined();
  });
});

describe('formatOctets', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [9_994, '9.99 kB'],
    [9_996, '10.0 kB'],
    [1_500_000_000, '1.50 GB'],
    [61_234_000_000n, '61.2 GB'],
    [999_949_999, '999.9 MB'],
    [999_960_000, '1.00 GB'],
    [2_000_000_000_000_000_000, '2000.0 PB'],
  ])('writes %s as %s', (octets, expected) => {
    expect(formatOctets(octets)).toBe(expected);
  });
});
