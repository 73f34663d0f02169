import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { autoRenewStart, renewalStart } from '../../../../src/billing/prepaid/period-start.ts';
import { shareAfterDay, unusedShare } from '../../../../src/billing/prepaid/purchase-lines.ts';
import {
  anchorAfter,
  chainAnchor,
  type Validity,
  validityEnd,
  validityOf,
} from '../../../../src/billing/prepaid/validity.ts';
import { restOf } from '../../../../src/billing/rating/proration.ts';
import { day } from '../../../support/billing.ts';

const at = (text: string) => Temporal.Instant.from(text);
const UTC = 'UTC';

it.each<[string, string, Validity, string, string]>([
  ['hours are real hours', '2025-04-01T10:00:00Z', { unit: 'hours', count: 2 }, UTC, '2025-04-01T12:00:00Z'],
  [
    'hours over a change to summer time',
    '2025-03-29T12:00:00Z',
    { unit: 'hours', count: 24 },
    'Europe/Berlin',
    '2025-03-30T12:00:00Z',
  ],
  [
    'days keep the wall time',
    '2025-03-29T12:00:00Z',
    { unit: 'days', count: 1 },
    'Europe/Berlin',
    '2025-03-30T11:00:00Z',
  ],
  [
    'weeks keep the wall time',
    '2025-03-29T12:00:00Z',
    { unit: 'weeks', count: 1 },
    'Europe/Berlin',
    '2025-04-05T11:00:00Z',
  ],
  [
    'months keep the wall time',
    '2025-03-15T12:00:00Z',
    { unit: 'months', count: 1 },
    'Europe/Berlin',
    '2025-04-15T11:00:00Z',
  ],
  [
    'a month over new year',
    '2024-12-31T08:00:00Z',
    { unit: 'months', count: 2 },
    UTC,
    '2025-02-28T08:00:00Z',
  ],
])('Q6: %s', (_name, start, validity, timeZone, end) => {
  const anchorDay = at(start).toZonedDateTimeISO(timeZone).day;
  expect(validityEnd(at(start), validity, { timeZone, anchorDay }).toString()).toBe(end);
});

it('Q6: months clamp to the anchor day of the chain: 31 Jan, 28 Feb, 31 Mar, 30 Apr', () => {
  const ends: string[] = [];
  let start = at('2025-01-31T10:30:00Z');
  for (let month = 0; month < 3; month += 1) {
    start = validityEnd(start, { unit: 'months', count: 1 }, { timeZone: UTC, anchorDay: 31 });
    ends.push(start.toString());
  }
  expect(ends).toEqual(['2025-02-28T10:30:00Z', '2025-03-31T10:30:00Z', '2025-04-30T10:30:00Z']);
});

it('Q6: a package without a validity lasts as long as its cycle', () => {
  const plan = { validity: undefined, cycle: 'weekly' as const, cycleCount: 2 };
  expect(validityOf(plan)).toEqual({ unit: 'weeks', count: 2 });
  expect(validityOf({ ...plan, validity: { unit: 'hours', count: 5 } })).toEqual({ unit: 'hours', count: 5 });
});

it.each([
  ['before expiry at the old expiry', '2025-05-01T00:00:00Z', false, '2025-05-01T00:00:00Z', true],
  ['at the very expiry without a gap', '2025-04-20T00:00:00Z', false, '2025-04-20T00:00:00Z', true],
  ['after expiry now', '2025-04-19T23:59:59Z', false, '2025-04-20T00:00:00Z', false],
  ['while blocked now (Q9)', '2025-05-01T00:00:00Z', true, '2025-04-20T00:00:00Z', false],
])('Q4: a renewal starts %s', (_name, expiry, isBlocked, startAt, isUnbroken) => {
  const start = renewalStart(at('2025-04-20T00:00:00Z'), at(expiry), isBlocked);
  expect({ startAt: start.startAt.toString(), isUnbroken: start.isUnbroken }).toEqual({
    startAt,
    isUnbroken,
  });
});

it.each([
  ['an hour late still at the old expiry', '2025-04-01T01:00:00Z', '2025-04-01T00:00:00Z'],
  ['a second later now', '2025-04-01T01:00:01Z', '2025-04-01T01:00:01Z'],
])('Q5: %s', (_name, now, expected) => {
  expect(autoRenewStart(at(now), at('2025-04-01T00:00:00Z')).startAt.toString()).toBe(expected);
});

it.each([
  ['half of it', '2025-04-16T00:00:00Z', 1_500n],
  ['all of it before it begins', '2025-03-01T00:00:00Z', 3_000n],
  ['nothing at its end', '2025-05-01T00:00:00Z', 0n],
  ['to the second, rounded once', '2025-04-16T00:00:01Z', 1_500n],
])('Q8: unused value: %s', (_name, now, expected) => {
  const period = { startAt: at('2025-04-01T00:00:00Z'), endAt: at('2025-05-01T00:00:00Z') };
  expect(restOf(3_000n, unusedShare(period, at(now)))).toBe(expected);
});

it.each([
  ['half of it', '2025-04-16', 1_500n],
  ['all of it before it begins', '2025-03-01', 3_000n],
  ['nothing after its last day', '2025-05-01', 0n],
  ['nothing when it ended long ago', '2025-06-01', 0n],
])('X2: what the days after a cancellation are worth: %s', (_name, dayAfter, expected) => {
  const period = { startOn: day('2025-04-01'), endOn: day('2025-05-01') };
  expect(restOf(3_000n, shareAfterDay(period, day(dayAfter)))).toBe(expected);
});

it.each([
  ['a chain of months keeps its anchor through February', '2025-02-28', 31, 31],
  ['a date that is not on the kept anchor is one itself', '2025-02-09', 10, 9],
  ['the first period has its own day', '2025-02-09', undefined, 9],
])('Q6: %s', (_name, startOn, kept, expected) => {
  expect(chainAnchor(day(startOn), kept)).toBe(expected);
});

it('Q6: after a period of days the chain of months begins anew, though its day be that of an older anchor', () => {
  const endAt = at('2025-02-28T10:00:00Z');
  const chain = { timeZone: 'UTC', anchorDay: 31 };
  expect(anchorAfter(endAt, { unit: 'days' }, chain)).toBe(28);
  expect(anchorAfter(endAt, { unit: 'months' }, chain)).toBe(31);
});
