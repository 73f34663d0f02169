import type { LatencySummary } from '../measure/histogram.ts';
import { mb, ms, seconds } from './units.ts';
import { fault, speed, type Verdict } from './verdict.ts';

/** One run of the task that bills whatever is due, by the process that ran it. */
export interface InvoiceRun {
  /** `first`: periods are opened; `renewal`: periods are rated and the next ones opened. */
  readonly name: 'first' | 'renewal';
  readonly services: number;
  readonly durationMs: number;
  /** Resident memory when it began, and the most while it went on. */
  readonly beforeMb: number;
  readonly peakMb: number;
  /** Processor time of that process and of the database, which works off the events too; null where nobody tells. */
  readonly workerCpuMs: number;
  readonly databaseCpuMs: number | null;
}

/** What is wrong with the books; all zero when nothing is. */
export interface BooksFaults {
  /** Cycle invoices that should be there and are not, or are and should not be. */
  readonly miscounted: number;
  /** Cycle invoices with another total than price and tax. */
  readonly mispriced: number;
  /** Periods of a service billed more than once. */
  readonly twice: number;
  /** Sum of all lines of the ledger, minor units. */
  readonly ledgerSumMinor: string;
  /** Whatever the nightly check of the ledger finds: numbers with gaps, balances that differ, and so on. */
  readonly discrepancies: readonly string[];
  /** Suspensions that a payment should have lifted and did not. */
  readonly notLifted: number;
}

/** Invoice runs, payments and a long statement, and logins beside an invoice run. */
export interface BillingResult {
  readonly runs: readonly InvoiceRun[];
  /** The task once more, with nothing due. */
  readonly idleRunMs: number;
  readonly payments: LatencySummary & { readonly lifting: number };
  readonly statement: { readonly entries: number; readonly durationMs: number; readonly grownMb: number };
  readonly loginsPerS: number;
  /** p99 of the Access-Request turn by turn, and how many invoices were issued beside. */
  readonly turns: readonly {
    readonly aloneP99Ms: number;
    readonly besideP99Ms: number;
    readonly invoices: number;
  }[];
  readonly invoices: number;
  readonly faults: BooksFaults;
}

const RUN_MS_PER_SERVICE_MAX = 6;
const IDLE_RUN_MAX_MS = 5_000;
const PAYMENT_P95_MAX_MS = 50;
const GROWTH_MAX_MB = 64;
const LOGIN_P99_SHARE_MAX = 1.2;

/** The lines about billing in the summary. */
export function billingLines(result: BillingResult | null): string[] {
  if (result === null) return [];
  const { runs, payments, statement, turns, loginsPerS, invoices, faults } = result;
  const { alone, beside } = loginP99(result);
  return [
    ...runs.map(
      (run) =>
        `billing, ${run.name} run: ${run.services} services in ${seconds(run.durationMs)}, ${ms(perService(run))} ms each ` +
        `(processor ${cpuText(run)}), memory ${mb(run.beforeMb)} before, ${mb(run.peakMb)} at most`,
    ),
    `billing, nothing due: ${seconds(result.idleRunMs)}`,
    `billing, payments: p50 ${ms(payments.p50Ms)} ms, p95 ${ms(payments.p95Ms)} ms over ${payments.count}, ${payments.lifting} of them lift a suspension`,
    `billing, statement of ${statement.entries} entries: ${seconds(statement.durationMs)}, memory ${mb(statement.grownMb)} more`,
    `billing, login p99 at ${loginsPerS}/s: ${ms(alone)} ms alone, ${ms(beside)} ms beside an invoice run ` +
      `(medians of ${turns.length}; ${turns.reduce((sum, turn) => sum + turn.invoices, 0)} invoices issued meanwhile)`,
    `billing, books: ${invoices} invoices${faults.discrepancies.map((one) => `; ${one}`).join('')}`,
  ];
}

/** Whether every customer is billed once for the right amount, and the books agree. */
export function billingFaults(result: BillingResult | null): Verdict[] {
  if (result === null) return [];
  const { miscounted, mispriced, twice, ledgerSumMinor, discrepancies, notLifted } = result.faults;
  return [
    fault(
      'every period is billed, at the price of its package',
      `${miscounted} too few or too many, ${mispriced} at another price, of ${result.invoices}`,
      miscounted + mispriced === 0 && result.invoices > 0,
    ),
    fault('no period is billed twice', `${twice} twice`, twice === 0),
    fault(
      'the ledger sums to zero, the books agree',
      `sum ${ledgerSumMinor}, ${discrepancies.length} discrepancies`,
      ledgerSumMinor === '0' && discrepancies.length === 0,
    ),
    fault('a payment lifts the suspension it settles', `${notLifted} not lifted`, notLifted === 0),
  ];
}

/** The speeds demanded of billing, and of logins beside it. */
export function billingSpeeds(result: BillingResult | null): Verdict[] {
  if (result === null) return [];
  const { runs, idleRunMs, payments, statement, loginsPerS } = result;
  const slowest = Math.max(...runs.map(perService));
  const growthMb = Math.max(0, ...runs.filter(isRenewal).map(({ peakMb, beforeMb }) => peakMb - beforeMb));
  const { alone, beside } = loginP99(result);
  const slower = Math.round((beside / alone - 1) * 100);
  return [
    speed(
      `an invoice run takes at most ${RUN_MS_PER_SERVICE_MAX} ms per service`,
      `${ms(slowest)} ms`,
      slowest <= RUN_MS_PER_SERVICE_MAX,
    ),
    speed(`an invoice run grows by less than ${GROWTH_MAX_MB} MB`, mb(growthMb), growthMb < GROWTH_MAX_MB),
    speed(
      `a run with nothing due takes less than ${IDLE_RUN_MAX_MS / 1000} s`,
      seconds(idleRunMs),
      idleRunMs < IDLE_RUN_MAX_MS,
    ),
    speed(
      `a payment is allocated and in force with p95 below ${PAYMENT_P95_MAX_MS} ms`,
      `${ms(payments.p95Ms)} ms`,
      payments.p95Ms < PAYMENT_P95_MAX_MS,
    ),
    speed(
      `a statement of ${statement.entries} entries grows the process by less than ${GROWTH_MAX_MB} MB`,
      mb(statement.grownMb),
      statement.grownMb < GROWTH_MAX_MB,
    ),
    speed(
      `login p99 at ${loginsPerS}/s moves by less than ${Math.round((LOGIN_P99_SHARE_MAX - 1) * 100)} % beside an invoice run`,
      `${slower < 0 ? '' : '+'}${slower} %`,
      beside < alone * LOGIN_P99_SHARE_MAX,
    ),
  ];
}

function isRenewal({ name }: InvoiceRun): boolean {
  return name === 'renewal';
}

function perService({ durationMs, services }: InvoiceRun): number {
  return durationMs / Math.max(1, services);
}

/** Milliseconds per service. */
function cpuText({ workerCpuMs, databaseCpuMs, services }: InvoiceRun): string {
  const database = databaseCpuMs === null ? '-' : ms(databaseCpuMs / services);
  return `worker ${ms(workerCpuMs / services)}, database ${database}`;
}

/** Medians over the turns: one stall of a shared machine shall not decide. */
function loginP99({ turns }: BillingResult): { alone: number; beside: number } {
  return {
    alone: median(turns.map(({ aloneP99Ms }) => aloneP99Ms)),
    beside: median(turns.map(({ besideP99Ms }) => besideP99Ms)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = low] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}
