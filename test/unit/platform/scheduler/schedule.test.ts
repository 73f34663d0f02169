import { describe, expect, it } from 'vitest';
import { readSchedule } from '../../../../src/platform/scheduler/schedule.ts';

const at = (text: string): number => Date.parse(text);
const text = (ms: number): string => new Date(ms).toISOString();

describe('a schedule', () => {
  it.each([
    ['every minute', '* * * * *', 'UTC', '2026-11-23T04:30:10Z', '2026-11-23T04:31:00.000Z'],
    ['a tick is after itself', '* * * * *', 'UTC', '2026-11-23T04:30:00Z', '2026-11-23T04:31:00.000Z'],
    ['local midnight', '0 0 * * *', 'Africa/Nairobi', '2026-11-23T12:00:00Z', '2026-11-23T21:00:00.000Z'],
    [
      'the gap of summer time is jumped',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'a repeated hour counts once, 1st',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'a repeated hour counts once, 2nd',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00.000Z',
    ],
    [
      'the 31st waits for a month that has one',
      '0 0 31 * *',
      'UTC',
      '2026-09-01T00:00:00Z',
      '2026-10-31T00:00:00.000Z',
    ],
  ])('next: %s', (_, pattern, zone, after, expected) => {
    expect(text(readSchedule(pattern, zone).next(at(after)))).toBe(expected);
  });

  it.each([
    ['the tick of this very instant', '* * * * *', 'UTC', '2026-11-23T04:30:00Z', '2026-11-23T04:30:00.000Z'],
    ['the tick before', '* * * * *', 'UTC', '2026-11-23T04:30:59.999Z', '2026-11-23T04:30:00.000Z'],
    [
      'the last local midnight',
      '0 0 * * *',
      'Africa/Nairobi',
      '2026-11-23T20:59:59Z',
      '2026-11-22T21:00:00.000Z',
    ],
    ['the end of the gap', '30 2 * * *', 'Europe/Berlin', '2026-03-29T08:00:00Z', '2026-03-29T01:00:00.000Z'],
  ])('latest: %s', (_, pattern, zone, instant, expected) => {
    expect(text(readSchedule(pattern, zone).latest(at(instant)))).toBe(expected);
  });

  it.each(['', '* * * *', '61 * * * *', '* * * * * *'])('the pattern "%s" is refused', (pattern) => {
    expect(() => readSchedule(pattern, 'UTC')).toThrow();
  });

  it('a day that never comes is refused when it is asked for', () => {
    expect(() => readSchedule('0 0 31 2 *', 'UTC').next(at('2026-01-01T00:00:00Z'))).toThrow(/never comes/);
  });
});
