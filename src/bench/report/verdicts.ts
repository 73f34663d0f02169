import type { LatencySummary } from '../measure/histogram.ts';
import { apiFaults, apiSpeeds } from './api.ts';
import { billingFaults, billingSpeeds } from './billing.ts';
import { type BenchReport, badAnswers, type MeasuredRun } from './results.ts';
import { routersFaults, routersSpeeds } from './routers.ts';
import { fault, speed, type Verdict } from './verdict.ts';

const MEMORY_USERS = 100_000;
const MEMORY_MAX_MB = 250;
// By share (PSS): pages of the Node binary that the other roles use as well are not counted three times.
const STORM = { offeredPerS: 5_000, p99Ms: 100 } as const;
const OVERLOAD = { completedShare: 0.8, recoveryMs: 2_000 } as const;
const FRESH_MS = 1_000;
const START = { firstMs: 5_000, warmMs: 2_000 } as const;
const IDLE_P50_MS = { auth: 0.15, acct: 0.4 } as const;

/** The demands that can be judged without a second server beside; those in multiples of another one are not among them. */
export function verdictsOf(report: BenchReport): Verdict[] {
  const { api, routers, billing } = report;
  const faults = [...apiFaults(api), ...routersFaults(routers), ...billingFaults(billing)];
  const verdicts = [...correctness(report), ...faults];
  if (report.isSmoke) return verdicts;
  const suites = [...apiSpeeds(api), ...routersSpeeds(routers), ...billingSpeeds(billing)];
  return [...verdicts, ...idleLatency(report), ...storms(report), ...suites, ...rest(report)];
}

function correctness(report: BenchReport): Verdict[] {
  const bad = report.runs.reduce((sum, run) => sum + badAnswers(run), 0);
  const ledgers = [
    ...report.ledgers.map(({ check }) => check),
    ...report.crashes.map(({ ledger }) => ledger),
  ];
  const verdicts = [fault('every answer is genuine and right', `${bad} bad`, bad === 0)];
  const patient = report.runs.filter(({ window }) => window !== null);
  const unanswered = patient.reduce((sum, { result }) => sum + result.unanswered, 0);
  const silent = patient.filter(({ result }) => result.answers === 0).length;
  verdicts.push(
    fault(
      'a patient client is always answered',
      `${unanswered} unanswered, ${silent} runs without an answer`,
      unanswered + silent === 0,
    ),
    fault('no process dies by itself', `${report.deaths.length} deaths`, report.deaths.length === 0),
  );
  if (ledgers.length > 0) {
    const missing = ledgers.reduce((sum, one) => sum + one.missing + one.behind + one.notClosed, 0);
    const ahead = ledgers.reduce((sum, one) => sum + one.ahead, 0);
    verdicts.push(
      fault('no acknowledged record is missing', `${missing} missing`, missing === 0),
      fault('nothing is counted that was not sent', `${ahead} sessions`, ahead === 0),
      fault(
        'all places that count octets agree',
        ledgers.every(({ areOctetsEqual }) => areOctetsEqual) ? 'they do' : 'they differ',
        ledgers.every(({ areOctetsEqual }) => areOctetsEqual),
      ),
    );
  }
  return verdicts;
}

function idleLatency({ runs }: BenchReport): Verdict[] {
  const verdicts: Verdict[] = [];
  const check = (what: string, maxMs: number, of: (run: MeasuredRun) => LatencySummary, suite: string) => {
    const idle = runs.filter((run) => run.suite === suite && run.window === 1);
    if (idle.length === 0) return;
    const best = Math.min(...idle.map((run) => of(run).p50Ms));
    verdicts.push(
      speed(`${what} p50 at window 1 within ${maxMs} ms`, `${best.toFixed(2)} ms`, best <= maxMs),
    );
  };
  check('login', IDLE_P50_MS.auth, ({ result }) => result.login, 'auth');
  check('accounting', IDLE_P50_MS.acct, ({ result }) => result.accounting, 'acct');
  return verdicts;
}

function storms({ runs }: BenchReport): Verdict[] {
  const storm = runs.find((run) => run.offeredPerS === STORM.offeredPerS && run.suite === 'storm');
  if (storm === undefined) return [];
  const { unanswered, loginAndStart } = storm.result;
  return [
    speed(
      `storm of ${STORM.offeredPerS}/s: nothing unanswered, p99 within ${STORM.p99Ms} ms`,
      `${unanswered} unanswered, ${loginAndStart.p99Ms.toFixed(1)} ms`,
      unanswered === 0 && loginAndStart.p99Ms <= STORM.p99Ms,
    ),
  ];
}

function rest(report: BenchReport): Verdict[] {
  const { overload, memory, freshness, starts } = report;
  const verdicts: Verdict[] = [];
  if (overload !== null) {
    const share = `${(overload.completedShare * 100).toFixed(0)} %`;
    verdicts.push(
      speed(
        `overload: ${OVERLOAD.completedShare * 100} % of the peak, normal within ${OVERLOAD.recoveryMs / 1000} s`,
        `${share}, ${(overload.recoveryMs / 1000).toFixed(1)} s`,
        overload.completedShare >= OVERLOAD.completedShare && overload.recoveryMs <= OVERLOAD.recoveryMs,
      ),
    );
  }
  if (memory !== null && memory.subscribers >= MEMORY_USERS) {
    const { pssMb, rssMb } = memory.withSessions;
    verdicts.push(
      speed(
        `memory with ${MEMORY_USERS} subscribers and sessions below ${MEMORY_MAX_MB} MB, by share`,
        `${pssMb.toFixed(0)} MB (${rssMb.toFixed(0)} MB resident)`,
        pssMb < MEMORY_MAX_MB,
      ),
    );
  }
  if (freshness !== null) {
    verdicts.push(
      speed(
        `suspension in force within ${FRESH_MS} ms`,
        `p99 ${freshness.p99Ms.toFixed(0)} ms`,
        freshness.p99Ms <= FRESH_MS,
      ),
    );
  }
  if (starts !== null) {
    verdicts.push(
      speed(
        `first start within ${START.firstMs / 1000} s, later ones within ${START.warmMs / 1000} s`,
        `${(starts.firstMs / 1000).toFixed(1)} s, ${(starts.warmMs / 1000).toFixed(1)} s`,
        starts.firstMs <= START.firstMs && starts.warmMs <= START.warmMs,
      ),
    );
  }
  return verdicts;
}
