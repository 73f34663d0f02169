import type { LatencySummary } from '../measure/histogram.ts';
import type { LedgerCheck } from '../product/stored-ledger.ts';
import { apiLines } from './api.ts';
import { billingLines } from './billing.ts';
import { type BenchReport, badAnswers, type MeasuredRun } from './results.ts';
import { routersLines } from './routers.ts';
import { mb, ms, seconds, us } from './units.ts';
import type { Verdict } from './verdict.ts';

const LABEL_WIDTH = 36;

/** Text in columns: the first to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) =>
          index < 1 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const RUN_HEADER = [
  'run',
  'per s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'sent again',
  'unanswered',
  'bad',
  'radius us',
  'database us',
  'generator us',
] as const;

/** A run as one row under `RUN_HEADER`; the times at the end are processor time per answer. */
export function runRow(run: MeasuredRun): readonly string[] {
  const { result, cpu } = run;
  const latency = latencyOf(run);
  return [
    labelOf(run),
    result.ratePerS.toFixed(0),
    ms(latency.p50Ms),
    ms(latency.p95Ms),
    ms(latency.p99Ms),
    String(result.retransmissions),
    String(result.unanswered),
    String(badAnswers(run)),
    us(cpu.radiusUs),
    us(cpu.databaseUs),
    us(cpu.generatorUs),
  ];
}

/** `auth pap, window 64`. */
export function labelOf({ suite, name, window, offeredPerS }: MeasuredRun): string {
  const how = window === null ? `${offeredPerS}/s offered` : `window ${window}`;
  return `${suite} ${name}, ${how}`;
}

/** A run in one line while the bench goes on. */
export function progressLine(run: MeasuredRun): string {
  const { p50Ms, p99Ms } = latencyOf(run);
  const { ratePerS, unanswered } = run.result;
  const faults = `${unanswered} unanswered, ${badAnswers(run)} bad`;
  return `${labelOf(run).padEnd(LABEL_WIDTH)} ${ratePerS.toFixed(0).padStart(6)}/s, p50 ${ms(p50Ms)} ms, p99 ${ms(p99Ms)} ms, ${faults}`;
}

/** The lines about everything that is no run. */
export function summaryLines(report: BenchReport): string[] {
  const lines: string[] = [];
  const { starts, overload, memory, peakRssMb, freshness } = report;
  if (starts !== null) {
    lines.push(
      `start: first ${seconds(starts.firstMs)}, with ${report.users} subscribers ${seconds(starts.warmMs)}; import of them ${seconds(starts.importMs)}`,
    );
  }
  for (const { after, check } of report.ledgers) lines.push(`ledger after ${after}: ${ledgerText(check)}`);
  lines.push(...apiLines(report.api));
  if (overload !== null) {
    lines.push(
      `overload: capacity ${overload.capacityPerS.toFixed(0)} logins/s, offered ${overload.offeredPerS}/s for ${overload.seconds} s: ` +
        `${(overload.completedShare * 100).toFixed(0)} % of capacity completed, normal again after ${seconds(overload.recoveryMs)}`,
    );
  }
  if (memory !== null) {
    const { subscribers, openSessions, atStart, withSessions } = memory;
    lines.push(
      `memory of the RADIUS process: ${mb(atStart.rssMb)} resident (${mb(atStart.pssMb)} by share) with ${subscribers} subscribers, ` +
        `${mb(withSessions.rssMb)} (${mb(withSessions.pssMb)}) with ${openSessions} open sessions`,
    );
  }
  if (peakRssMb !== null) lines.push(`most memory the RADIUS process ever had: ${mb(peakRssMb)}`);
  for (const crash of report.crashes) {
    lines.push(
      `kill -9 of the ${crash.victim}: ${crash.answers} acknowledged, answers again after ${seconds(crash.downMs)}; ${ledgerText(crash.ledger)}`,
    );
  }
  for (const death of report.deaths) lines.push(`died by itself: ${death}`);
  if (freshness !== null) {
    lines.push(
      `suspension to first refused login: p50 ${ms(freshness.p50Ms)} ms, p99 ${ms(freshness.p99Ms)} ms over ${freshness.changes} changes`,
    );
  }
  lines.push(...routersLines(report.routers));
  lines.push(...billingLines(report.billing));
  return lines;
}

/** The demands with what was found. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  return columns(
    verdicts.map(({ demand, measured, isMet }) => [demand, measured, isMet ? 'met' : 'NOT MET']),
  );
}

function latencyOf({ result }: MeasuredRun): LatencySummary {
  if (result.loginAndStart.count > 0) return result.loginAndStart;
  return result.login.count > 0 ? result.login : result.accounting;
}

function ledgerText(check: LedgerCheck): string {
  const { sessions, missing, behind, ahead, notClosed, areOctetsEqual } = check;
  const octets = areOctetsEqual
    ? 'octets agree everywhere'
    : `octets differ: ${JSON.stringify(check.octets)}`;
  const found = check.examples.length === 0 ? '' : `; ${check.examples.join('; ')}`;
  return `${sessions} sessions, ${missing} missing, ${behind} behind, ${ahead} ahead, ${notClosed} not closed, ${octets}${found}`;
}
