import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { isTimeZone, LocalHours, localHour, startOfDay, utcDate } from '../../../src/kernel/calendar.ts';

const msOf = (instant: string) => Temporal.Instant.from(instant).epochMilliseconds;

describe('isTimeZone', () => {
  it.each([
    ['Africa/Nairobi', true],
    ['UTC', true],
    ['Nowhere/City', false],
    ['', false],
    ['+03:00', false],
  ])('%j -> %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });
});

describe('localHour', () => {
  it.each([
    ['midnight opens the new day', '2026-03-31T21:00:00Z', 'Africa/Nairobi', '2026-04-01', 0],
    ['the last millisecond is the old day', '2026-03-31T20:59:59.999Z', 'Africa/Nairobi', '2026-03-31', 23],
    ['a leap day is a day', '2028-02-29T12:00:00Z', 'UTC', '2028-02-29', 12],
    ['a half-hour zone', '2026-01-01T18:30:00Z', 'Asia/Kolkata', '2026-01-02', 0],
    ['a quarter-hour zone', '2026-01-01T18:15:00Z', 'Asia/Kathmandu', '2026-01-02', 0],
    ['the hour before clocks go back', '2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25', 2],
    ['the repeated hour counts into the same slot', '2026-10-25T01:30:00Z', 'Europe/Berlin', '2026-10-25', 2],
    ['the hour that clocks skip does not occur', '2026-03-29T01:00:00Z', 'Europe/Berlin', '2026-03-29', 3],
  ])('%s', (_rule, instant, timeZone, date, hour) => {
    expect(localHour(msOf(instant), timeZone)).toEqual({ date, hour });
    expect(new LocalHours(timeZone).at(msOf(instant))).toEqual({ date, hour });
  });

  it('remembered hours are the computed ones, whatever was asked before', () => {
    const zones = [
      'Africa/Nairobi',
      'Asia/Kathmandu',
      'Europe/Dublin',
      'America/St_Johns',
      'Australia/Lord_Howe',
    ];
    const years = fc.integer({ min: msOf('2000-01-01T00:00Z'), max: msOf('2040-01-01T00:00Z') });
    for (const zone of zones) {
      const hours = new LocalHours(zone);
      fc.assert(
        fc.property(years, fc.integer({ min: -1_000_000, max: 1_000_000 }), (epochMs, stepMs) => {
          hours.at(epochMs);
          expect(hours.at(epochMs + stepMs)).toEqual(localHour(epochMs + stepMs, zone));
        }),
        { numRuns: 300 },
      );
    }
  });
});

describe('startOfDay', () => {
  it.each([
    ['midnight where it exists', '2026-04-01', 'Africa/Nairobi', '2026-03-31T21:00:00Z'],
    ['the end of the gap that swallows midnight', '2024-09-08', 'America/Santiago', '2024-09-08T04:00:00Z'],
  ])('is %s', (_rule, date, timeZone, expected) => {
    expect(startOfDay(Temporal.PlainDate.from(date), timeZone).toString()).toBe(expected);
  });
});

describe('utcDate', () => {
  it.each([
    ['1970-01-01T00:00:00Z', '1970-01-01'],
    ['2026-12-31T23:59:59.999Z', '2026-12-31'],
    ['2028-02-29T00:00:00Z', '2028-02-29'],
  ])('the UTC day of %s is %s', (instant, expected) => {
    expect(utcDate(msOf(instant))).toBe(expected);
  });
});
