import { describe, expect, it } from 'vitest';
import { formatDurationS, parseDurationS } from '../../../../src/network/routeros/duration.ts';

describe('a time of RouterOS', () => {
  it.each([
    ['1w2d3h4m5s', 788_645],
    ['5m', 300],
    ['0s', 0],
    ['00:05:00', 300],
    ['3s500ms', 3],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDurationS(text)).toBe(seconds);
  });

  it.each(['', 'soon', '5', '-1s', 'never'])('%j is none', (text) => {
    expect(parseDurationS(text)).toBeUndefined();
  });

  it.each([0, 1, 59, 60, 93_784, 604_800, 31_536_000])('of %i seconds comes back the same', (seconds) => {
    expect(parseDurationS(formatDurationS(seconds))).toBe(seconds);
  });
});
