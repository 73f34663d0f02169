import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { daysOverdue, invoiceStatus } from '../../../src/billing/receivables/invoice-status.ts';

const dueOn = Temporal.PlainDate.from('2025-04-15');
const before = '2025-04-15';
const after = '2025-04-16';

describe('the status of an invoice is derived (billing-rules I7)', () => {
  it.each<readonly [string, string, Partial<Parameters<typeof invoiceStatus>[0]>, string]>([
    ['untouched, on its due date', before, {}, 'open'],
    ['1 paid of 11600', before, { balanceMinor: 11_599n }, 'partially_paid'],
    ['partly paid, a day after', after, { balanceMinor: 11_599n }, 'overdue'],
    ['untouched, a day after', after, {}, 'overdue'],
    ['settled', after, { balanceMinor: 0n }, 'paid'],
    ['of total 0 (I5)', before, { totalMinor: 0n, balanceMinor: 0n }, 'paid'],
    ['written off', after, { balanceMinor: 0n, writtenOffMinor: 11_600n }, 'written_off'],
    ['void', after, { isVoid: true, balanceMinor: 0n }, 'void'],
    [
      'written off, with a refund after it',
      after,
      { balanceMinor: 100n, writtenOffMinor: 5n },
      'written_off',
    ],
  ])('%s, on %s', (_, today, change, expected) => {
    const facts = {
      isVoid: false,
      totalMinor: 11_600n,
      writtenOffMinor: 0n,
      balanceMinor: 11_600n,
      dueOn,
      ...change,
    };
    expect(invoiceStatus(facts, Temporal.PlainDate.from(today))).toBe(expected);
  });

  it.each([
    ['2025-04-14', -1],
    ['2025-04-15', 0],
    ['2025-05-14', 29],
    ['2025-05-15', 30],
    ['2026-04-15', 365],
  ])('on %s it is %s days overdue', (today, days) => {
    expect(daysOverdue(dueOn, Temporal.PlainDate.from(today))).toBe(days);
  });
});
