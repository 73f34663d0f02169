import { describe, expect, it } from 'vitest';
import {
  type BillingResult,
  billingFaults,
  billingLines,
  billingSpeeds,
} from '../../../../src/bench/report/billing.ts';

const cpu = { workerCpuMs: 10_000, databaseCpuMs: 20_000 };
const RIGHT: BillingResult = {
  runs: [
    { name: 'first', services: 10_000, durationMs: 50_000, beforeMb: 90, peakMb: 200, ...cpu },
    { name: 'renewal', services: 10_000, durationMs: 40_000, beforeMb: 150, peakMb: 160, ...cpu },
  ],
  idleRunMs: 100,
  payments: { count: 500, p50Ms: 10, p95Ms: 20, p99Ms: 30, maxMs: 40, lifting: 100 },
  statement: { entries: 100_000, durationMs: 3_000, grownMb: 10 },
  loginsPerS: 2_000,
  turns: [
    { aloneP99Ms: 10, besideP99Ms: 11, invoices: 900 },
    { aloneP99Ms: 10, besideP99Ms: 50, invoices: 100 },
    { aloneP99Ms: 12, besideP99Ms: 11, invoices: 900 },
  ],
  invoices: 20_000,
  faults: {
    miscounted: 0,
    mispriced: 0,
    twice: 0,
    ledgerSumMinor: '0',
    discrepancies: [],
    notLifted: 0,
  },
};
const faulty = (faults: Partial<BillingResult['faults']>): BillingResult => ({
  ...RIGHT,
  faults: { ...RIGHT.faults, ...faults },
});

describe('a demand on billing', () => {
  it('is met when nothing is wrong; one slow turn of three does not decide', () => {
    const verdicts = [...billingFaults(RIGHT), ...billingSpeeds(RIGHT)];
    expect(verdicts.filter(({ isMet }) => !isMet)).toEqual([]);
    expect(billingLines(RIGHT).join('\n')).toContain('5.00 ms each (processor worker 1.00, database 2.00)');
  });

  it.each<[title: string, result: BillingResult, unmet: RegExp]>([
    ['a missing invoice', faulty({ miscounted: 1 }), /every period is billed/],
    ['a wrong total', faulty({ mispriced: 1 }), /at the price/],
    ['no invoice at all', { ...RIGHT, invoices: 0 }, /every period is billed/],
    ['a period billed twice', faulty({ twice: 1 }), /billed twice/],
    ['a ledger that does not sum to zero', faulty({ ledgerSumMinor: '-1' }), /sums to zero/],
    ['books that differ', faulty({ discrepancies: ['numbers have no gaps'] }), /books agree/],
    ['a suspension that stays', faulty({ notLifted: 1 }), /lifts the suspension/],
  ])('of correctness is not met by %s', (_, result, unmet) => {
    const failed = billingFaults(result).filter(({ isMet }) => !isMet);
    expect(failed.map(({ demand }) => demand)).toEqual([expect.stringMatching(unmet)]);
    expect(failed.every(({ isCorrectness }) => isCorrectness)).toBe(true);
  });

  it.each<[title: string, result: Partial<BillingResult>, unmet: RegExp]>([
    ['a run of 6.1 ms', { runs: [{ ...RIGHT.runs[0], durationMs: 61_000 }] }, /per service/],
    ['a run that grows', { runs: [{ ...RIGHT.runs[1], peakMb: 300 }] }, /run grows/],
    ['five seconds for nothing', { idleRunMs: 5_000 }, /nothing due/],
    ['slow payments', { payments: { ...RIGHT.payments, p95Ms: 50 } }, /payment/],
    ['a statement held in memory', { statement: { ...RIGHT.statement, grownMb: 64 } }, /statement/],
    ['logins that wait', { turns: [{ aloneP99Ms: 10, besideP99Ms: 12, invoices: 1 }] }, /login p99/],
  ])('of speed is not met by %s', (_, changes, unmet) => {
    const failed = billingSpeeds({ ...RIGHT, ...changes }).filter(({ isMet }) => !isMet);
    expect(failed.map(({ demand }) => demand)).toEqual([expect.stringMatching(unmet)]);
  });

  it('is none without a result', () => {
    expect([...billingFaults(null), ...billingSpeeds(null), ...billingLines(null)]).toEqual([]);
  });
});
