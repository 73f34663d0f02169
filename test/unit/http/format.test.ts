import { describe, expect, it } from 'vitest';
import { formatAgo, formatClock, formatCount, formatRate, formatSpan } from '../../../src/http/ui/format.ts';

describe('numbers on pages', () => {
  it.each([
    [0, '0'],
    [0.004, '0.00'],
    [0.033, '0.03'],
    [0.6, '0.6'],
    [0.996, '1.0'],
    [1.24, '1.2'],
    [9.96, '10'],
    [47.4, '47'],
    [12_400, '12,400'],
  ])('a rate of %d per second is %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });

  it.each([
    [999, '999'],
    [1_000, '1,000'],
    [1_234_567, '1,234,567'],
  ])('a count of %d is %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it.each([
    [250, '250 µs'],
    [2_500, '2.5 ms'],
    [1_000_000, '1 s'],
  ])('a span of %d us is %s', (us, text) => {
    expect(formatSpan(us)).toBe(text);
  });

  it.each([
    [0, 'now'],
    [1_999, 'now'],
    [12_000, '12 s ago'],
    [59_999, '59 s ago'],
    [605_000, '10 min ago'],
    [3_900_000, '1 h 5 min ago'],
    [-5_000, 'now'],
  ])('%d ms past is %s', (ms, text) => {
    expect(formatAgo(1_000_000_000 - ms, 1_000_000_000)).toBe(text);
  });

  it('the time of day is local to the billing zone', () => {
    expect(formatClock(Date.parse('2026-11-23T04:30:05Z'), 'Africa/Nairobi')).toMatch(/^07:30:05/);
  });
});
