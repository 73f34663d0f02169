import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  type Cycle,
  checkAnchorDay,
  defaultAnchor,
  nextAnchor,
  periodFrom,
  periodInstants,
} from '../../../src/subscribers/period.ts';

const on = (text: string) => Temporal.PlainDate.from(text);
const monthly = (anchorDay: number, count = 1): Cycle => ({ unit: 'monthly', count, anchorDay });
const weekly = (anchorDay: number, count = 1): Cycle => ({ unit: 'weekly', count, anchorDay });
const daily = (count = 1): Cycle => ({ unit: 'daily', count, anchorDay: undefined });

/** The first days of the periods that follow from a date. */
function starts(from: string, cycle: Cycle, count: number): string[] {
  const dates = [on(from)];
  while (dates.length < count) dates.push(periodFrom(dates.at(-1) ?? on(from), cycle).endOn);
  return dates.map(String);
}

test.each([
  [
    '31 in a common year',
    '2025-01-31',
    31,
    ['2025-01-31', '2025-02-28', '2025-03-31', '2025-04-30', '2025-05-31'],
  ],
  [
    '31 in a leap year',
    '2024-01-31',
    31,
    ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30', '2024-05-31'],
  ],
  ['29 in a common year', '2025-01-29', 29, ['2025-01-29', '2025-02-28', '2025-03-29']],
  ['30 begun in February', '2025-02-28', 30, ['2025-02-28', '2025-03-30', '2025-04-30']],
  ['the leap day', '2024-02-29', 29, ['2024-02-29', '2024-03-29']],
  ['the first, over a year', '2025-12-01', 1, ['2025-12-01', '2026-01-01']],
])('C4: monthly periods keep their anchor %s', (_, from, anchor, expected) => {
  expect(starts(from, monthly(anchor), expected.length)).toEqual(expected);
});

test('C4: a leap day comes back to its anchor after years', () => {
  expect(starts('2024-02-29', monthly(29, 12), 5)).toEqual([
    '2024-02-29',
    '2025-02-28',
    '2026-02-28',
    '2027-02-28',
    '2028-02-29',
  ]);
});

test('C3: a cycle_count makes longer periods', () => {
  expect(starts('2025-11-30', monthly(30, 3), 3)).toEqual(['2025-11-30', '2026-02-28', '2026-05-30']);
  expect(starts('2025-01-06', weekly(1, 2), 3)).toEqual(['2025-01-06', '2025-01-20', '2025-02-03']);
  expect(starts('2025-02-27', daily(3), 3)).toEqual(['2025-02-27', '2025-03-02', '2025-03-05']);
});

test.each([
  ['Monday', '2025-04-09', 1, '2025-04-14'],
  ['Wednesday, on a Wednesday', '2025-04-09', 3, '2025-04-16'],
  ['Sunday', '2025-04-09', 7, '2025-04-13'],
])('C5: a weekly period ends on ISO weekday %s', (_, from, anchor, end) => {
  expect(String(periodFrom(on(from), weekly(anchor)).endOn)).toBe(end);
});

test.each([
  ['10 Feb to anchor 31', '2025-02-10', monthly(31), '2025-02-28', '2025-01-31'],
  ['31 Jan to anchor 1', '2025-01-31', monthly(1), '2025-02-01', '2025-01-01'],
  ['1 Mar to anchor 31', '2025-03-01', monthly(31), '2025-03-31', '2025-02-28'],
  ['3 Feb to anchor 15 of a quarter', '2025-02-03', monthly(15, 3), '2025-02-15', '2024-11-15'],
  ['Wednesday to Monday', '2025-04-09', weekly(1), '2025-04-14', '2025-04-07'],
])(
  'C6: a stub from %s ends at the next anchor and is a part of the full period before it',
  (_, from, cycle, end, fullStart) => {
    const period = periodFrom(on(from), cycle);
    expect([String(period.endOn), String(period.fullStartOn)]).toEqual([end, fullStart]);
  },
);

test('C6: a start on an anchor has no stub, though the anchor day is not in its month', () => {
  const period = periodFrom(on('2025-04-30'), monthly(31));
  expect(String(period.fullStartOn)).toBe('2025-04-30');
  expect(String(period.endOn)).toBe('2025-05-31');
});

describe('C2: a boundary is the first instant of the local date', () => {
  const startOf = (date: string, zone: string) =>
    String(periodInstants(periodFrom(on(date), daily()), zone).startAt);

  test.each([
    ['in Cairo midnight does not exist', '2025-04-25', 'Africa/Cairo', '2025-04-24T22:00:00Z'],
    ['in Cairo in winter', '2025-01-25', 'Africa/Cairo', '2025-01-24T22:00:00Z'],
    ['in Nairobi without summer time', '2025-04-25', 'Africa/Nairobi', '2025-04-24T21:00:00Z'],
    ['in Havana midnight occurs twice', '2025-11-02', 'America/Havana', '2025-11-02T04:00:00Z'],
    ['in UTC', '2025-04-25', 'UTC', '2025-04-25T00:00:00Z'],
  ])('%s', (_, date, zone, instant) => {
    expect(startOf(date, zone)).toBe(instant);
  });
});

test('C4, C5: the default anchor is the local day of the start', () => {
  expect(defaultAnchor('monthly', on('2025-01-31'))).toBe(31);
  expect(defaultAnchor('weekly', on('2025-04-13'))).toBe(7);
  expect(defaultAnchor('daily', on('2025-04-13'))).toBeUndefined();
});

test.each([
  ['monthly', 0],
  ['monthly', 32],
  ['monthly', 1.5],
  ['weekly', 0],
  ['weekly', 8],
] as const)('C4, C5: a %s anchor of %d is refused', (unit, day) => {
  expect(() => checkAnchorDay(unit, day)).toThrow(/anchor day/);
});

test('B5: the next anchor is later than today, also on an anchor', () => {
  expect(String(nextAnchor(on('2025-04-30'), monthly(31)))).toBe('2025-05-31');
  expect(String(nextAnchor(on('2025-04-29'), monthly(31)))).toBe('2025-04-30');
});
