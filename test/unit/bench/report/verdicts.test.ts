import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../../src/bench/load/messages.ts';
import type { BenchReport, MeasuredRun } from '../../../../src/bench/report/results.ts';
import { columns, RUN_HEADER, runRow } from '../../../../src/bench/report/table.ts';
import { verdictsOf } from '../../../../src/bench/report/verdicts.ts';

const latency = { count: 10, p50Ms: 0.1, p95Ms: 0.2, p99Ms: 50, maxMs: 60 };
const none = { count: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 };

function runOf(changes: Partial<MeasuredRun> = {}, result: Partial<RunResult> = {}): MeasuredRun {
  return {
    suite: 'storm',
    name: 'login+start',
    window: null,
    offeredPerS: 5_000,
    cpu: { radiusUs: 20, databaseUs: null, generatorUs: 14 },
    result: {
      ratePerS: 5_000,
      issuedS: 5,
      answers: 50_000,
      bad: {},
      retransmissions: 0,
      unanswered: 0,
      duplicates: 0,
      late: 0,
      heldBack: 0,
      refused: 0,
      login: none,
      accounting: none,
      loginAndStart: latency,
      longestGapMs: 1,
      generatorCpuS: 1,
      openSessions: 0,
      ...result,
    },
    ...changes,
  };
}

function reportOf(changes: Partial<BenchReport>): BenchReport {
  return {
    version: '1',
    startedAt: '2026-01-01T00:00:00Z',
    machine: { cpu: '', cores: 2, memoryGb: 4, system: '', node: '' },
    users: 100_000,
    seconds: 5,
    isSmoke: false,
    database: null,
    starts: null,
    runs: [],
    ledgers: [],
    api: null,
    overload: null,
    memory: null,
    peakRssMb: null,
    crashes: [],
    billing: null,
    freshness: null,
    routers: null,
    deaths: [],
    ...changes,
  };
}

const ledger = {
  sessions: 1,
  missing: 0,
  behind: 0,
  ahead: 0,
  notClosed: 0,
  examples: [],
  octets: [],
  areOctetsEqual: true,
  isClean: true,
};
const memory = { rssMb: 200, pssMb: 190, peakRssMb: 210 };

describe('a demand', () => {
  it.each<{ title: string; report: Partial<BenchReport>; unmet: RegExp }>([
    {
      title: 'for right answers is not met by one bad one',
      report: { runs: [runOf({}, { bad: { rejected: 1 } })] },
      unmet: /genuine/,
    },
    {
      title: 'for patience is not met by one request without an answer',
      report: { runs: [runOf({ suite: 'acct', window: 64, offeredPerS: null }, { unanswered: 1 })] },
      unmet: /patient client/,
    },
    {
      title: 'for patience is not met by a run without answers',
      report: { runs: [runOf({ suite: 'acct', window: 64, offeredPerS: null }, { answers: 0 })] },
      unmet: /patient client/,
    },
    {
      title: 'for durability is not met by one missing record after a crash',
      report: {
        crashes: [{ victim: 'radius', answers: 1, downMs: 1, ledger: { ...ledger, missing: 1 } }],
      },
      unmet: /no acknowledged record/,
    },
    {
      title: 'for usage is not met when one place counts otherwise',
      report: { ledgers: [{ after: 'x', check: { ...ledger, areOctetsEqual: false } }] },
      unmet: /octets agree/,
    },
    {
      title: 'for stability is not met by a role that dies',
      report: { deaths: ['{}'] },
      unmet: /dies by itself/,
    },
    {
      title: 'for the storm is not met by one unanswered login',
      report: { runs: [runOf({}, { unanswered: 1 })] },
      unmet: /storm/,
    },
    {
      title: 'for the storm is not met by a slow one in a hundred',
      report: { runs: [runOf({}, { loginAndStart: { ...latency, p99Ms: 101 } })] },
      unmet: /storm/,
    },
    {
      title: 'for overload is not met by slow recovery',
      report: {
        overload: {
          capacityPerS: 1,
          offeredPerS: 2,
          seconds: 10,
          completedShare: 1,
          recoveryMs: 2_100,
          normalMs: 100,
        },
      },
      unmet: /overload/,
    },
    {
      title: 'for memory is not met by more',
      report: {
        memory: {
          subscribers: 100_000,
          openSessions: 100_000,
          atStart: memory,
          withSessions: { ...memory, pssMb: 251 },
        },
      },
      unmet: /memory/,
    },
  ])('$title', ({ report, unmet }) => {
    const failed = verdictsOf(reportOf(report)).filter(({ isMet }) => !isMet);
    expect(failed.map(({ demand }) => demand).join('; ')).toMatch(unmet);
    expect(failed).toHaveLength(1);
  });

  it('is met when nothing is wrong', () => {
    const report = reportOf({ runs: [runOf()], ledgers: [{ after: 'x', check: ledger }] });
    expect(verdictsOf(report).filter(({ isMet }) => !isMet)).toEqual([]);
  });

  it('for speed is not made of a smoke run', () => {
    const report = reportOf({ isSmoke: true, runs: [runOf({}, { unanswered: 9 })] });
    expect(verdictsOf(report).every(({ isCorrectness }) => isCorrectness)).toBe(true);
  });
});

it('a run is one row as wide as the header', () => {
  const rows = [RUN_HEADER, runRow(runOf())];
  expect(rows[1]).toHaveLength(RUN_HEADER.length);
  const [header = '', row = ''] = columns(rows).split('\n');
  expect(row).toHaveLength(header.length);
  expect(row).toContain('storm login+start, 5000/s offered');
});
