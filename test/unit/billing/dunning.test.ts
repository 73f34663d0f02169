import { describe, expect, it } from 'vitest';
import {
  planReminder,
  type ReminderStatus,
  reminderChannel,
} from '../../../src/billing/collection/dunning.ts';

const schedule = [3, 10, 20];

describe('reminders', () => {
  it.each<readonly [string, number, Record<number, ReminderStatus>, number | undefined, number[]]>([
    ['N1: not before the first level', 2, {}, undefined, []],
    ['N1: level 1 at 3 days', 3, {}, 1, []],
    ['N1: level 2 at 10 days', 10, { 1: 'sent' }, 2, []],
    ['N1: level 3 at 20 days', 20, { 1: 'sent', 2: 'sent' }, 3, []],
    ['N2: each level at most once', 9, { 1: 'sent' }, undefined, []],
    ['N2: nothing after the last', 400, { 1: 'sent', 2: 'sent', 3: 'sent' }, undefined, []],
    ['N3: only the highest, the lower ones are skipped', 21, {}, 3, [1, 2]],
    ['N3: what was sent is not skipped', 21, { 1: 'sent' }, 3, [2]],
    ['N5: a failed one is sent again', 4, { 1: 'failed' }, 1, []],
    ['N5: unless a higher one is due', 10, { 1: 'failed' }, 2, [1]],
    ['N1: no level 0 unless chosen', -2, {}, undefined, []],
  ])('%s', (_, daysOverdue, logged, send, skip) => {
    const facts = { daysOverdue, schedule, courtesyDays: 0, logged: byLevel(logged) };
    expect(planReminder(facts)).toEqual({ send, skip });
  });

  it.each([
    [-4, {}, undefined],
    [-3, {}, 0],
    [0, {}, 0],
    [-1, { 0: 'sent' as const }, undefined],
    [1, {}, undefined],
  ])('N1: level 0 with 3 days of courtesy, %s days overdue', (daysOverdue, logged, send) => {
    const facts = { daysOverdue, schedule, courtesyDays: 3, logged: byLevel(logged) };
    expect(planReminder(facts)).toEqual({ send, skip: [] });
  });

  it('a courtesy notice that was not sent is not counted as skipped (N1)', () => {
    const facts = { daysOverdue: 10, schedule, courtesyDays: 3, logged: byLevel({}) };
    expect(planReminder(facts)).toEqual({ send: 2, skip: [1] });
  });

  it.each([
    [['email', 'sms'], 'a@b.c', '+254', 'email'],
    [['sms', 'email'], 'a@b.c', '+254', 'sms'],
    [['email', 'sms'], undefined, '+254', 'sms'],
    [['email'], undefined, '+254', 'portal'],
    [[], 'a@b.c', '+254', 'portal'],
  ])('who wants %j and has %s and %s is told by %s', (wanted, email, phone, channel) => {
    expect(reminderChannel({ wanted, email, phone })).toBe(channel);
  });
});

function byLevel(logged: Readonly<Record<number, ReminderStatus>>): ReadonlyMap<number, ReminderStatus> {
  return new Map(Object.entries(logged).map(([level, status]) => [Number(level), status]));
}
