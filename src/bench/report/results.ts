import type { RunResult } from '../load/messages.ts';
import type { DatabaseFacts } from '../product/bench-database.ts';
import type { ProcessMemory } from '../product/process-usage.ts';
import type { LedgerCheck } from '../product/stored-ledger.ts';
import type { ApiResult } from './api.ts';
import type { BillingResult } from './billing.ts';
import type { RoutersResult } from './routers.ts';

/** Processor time per good answer, microseconds; null where the system does not tell. */
export interface CpuPerAnswer {
  readonly radiusUs: number | null;
  readonly databaseUs: number | null;
  readonly generatorUs: number;
}

/** One run, as it goes into the table and the JSON. */
export interface MeasuredRun {
  readonly suite: string;
  readonly name: string;
  /** Under way at a time; null in an open loop. */
  readonly window: number | null;
  /** Logins offered per second; null in a closed loop. */
  readonly offeredPerS: number | null;
  readonly result: Omit<RunResult, 'timeline'>;
  readonly cpu: CpuPerAnswer;
}

/** Offered twice what the product can do. */
export interface OverloadResult {
  /** Logins with their Starts per second that a closed loop reached. */
  readonly capacityPerS: number;
  readonly offeredPerS: number;
  readonly seconds: number;
  /** Logins completed per second of overload, as a share of the capacity. */
  readonly completedShare: number;
  /** From the end of the overload to the last login that was unanswered or took longer than `normalMs`. */
  readonly recoveryMs: number;
  readonly normalMs: number;
}

/** What the RADIUS process holds. */
export interface MemoryResult {
  readonly subscribers: number;
  readonly openSessions: number;
  readonly atStart: ProcessMemory;
  readonly withSessions: ProcessMemory;
}

/** One process killed with kill -9 under accounting load. */
export interface CrashResult {
  readonly victim: 'radius' | 'database';
  readonly answers: number;
  /** From the last answer before the crash to the first after it. */
  readonly downMs: number;
  readonly ledger: LedgerCheck;
}

/** From the commit of a suspension to the first refused login. */
export interface FreshnessResult {
  readonly changes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Everything one call of the bench found. */
export interface BenchReport {
  /** Of the form of this report. */
  readonly version: string;
  readonly startedAt: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly system: string;
    readonly node: string;
  };
  readonly users: number;
  readonly seconds: number;
  readonly isSmoke: boolean;
  database: DatabaseFacts | null;
  starts: { readonly firstMs: number; readonly warmMs: number; readonly importMs: number } | null;
  readonly runs: MeasuredRun[];
  readonly ledgers: { readonly after: string; readonly check: LedgerCheck }[];
  api: ApiResult | null;
  overload: OverloadResult | null;
  memory: MemoryResult | null;
  /** Most memory the RADIUS process ever had, when the bench ended. */
  peakRssMb: number | null;
  readonly crashes: CrashResult[];
  billing: BillingResult | null;
  freshness: FreshnessResult | null;
  routers: RoutersResult | null;
  /** Roles that died without being killed by the bench, as the product's log tells it. */
  readonly deaths: string[];
}

/** Answers of a run that failed a check. */
export function badAnswers({ result }: Pick<MeasuredRun, 'result'>): number {
  return Object.values(result.bad).reduce((sum, count) => sum + count, 0);
}
