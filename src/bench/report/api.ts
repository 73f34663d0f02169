import type { LatencySummary } from '../measure/histogram.ts';
import { ms } from './units.ts';
import { fault, speed, type Verdict } from './verdict.ts';

/** What is asked of the API, in the order it is asked and shown. */
export const API_QUESTIONS = ['customer', 'service', 'list', 'search'] as const;
export type ApiQuestion = (typeof API_QUESTIONS)[number];

/** The same question with RADIUS idle and beside a storm of logins. */
export interface ApiLatency {
  readonly question: ApiQuestion;
  readonly idle: LatencySummary;
  readonly inStorm: LatencySummary;
}

/** One client of the API beside a storm of logins, and the storm with and without it. */
export interface ApiResult {
  /** Requests per second of the client. */
  readonly requestsPerS: number;
  /** Logins per second of the storm. */
  readonly loginsPerS: number;
  readonly latencies: readonly ApiLatency[];
  /** p99 of the Access-Request of each storm alone, and of the one with the client beside it that followed. */
  readonly loginP99Ms: readonly { readonly alone: number; readonly beside: number }[];
  /** Answers of the API in all. */
  readonly answers: number;
  /** Wrong ones. */
  readonly bad: number;
  /** Sentences about the first few. */
  readonly examples: readonly string[];
}

const P95_MAX_MS: Readonly<Record<ApiQuestion, number>> = { customer: 15, service: 15, list: 50, search: 50 };
const LOGIN_P99_SHARE_MAX = 1.2;

const WORDS: Readonly<Record<ApiQuestion, string>> = {
  customer: 'GET of one customer',
  service: 'GET of one service',
  list: 'list of 50 of all customers',
  search: 'list of 50 found by a search',
};

/** The lines about the API in the summary. */
export function apiLines(result: ApiResult | null): string[] {
  if (result === null) return [];
  const { requestsPerS, loginsPerS, latencies, answers, bad, examples } = result;
  const { alone, beside } = loginP99(result);
  return [
    `api: ${answers} answers at ${requestsPerS}/s, ${bad} bad${examples.map((example) => `; ${example}`).join('')}`,
    ...latencies.map(
      ({ question, idle, inStorm }) =>
        `api, ${WORDS[question]}: p50 p95 p99 ${percentiles(idle)} ms idle, ${percentiles(inStorm)} ms at ${loginsPerS} logins/s`,
    ),
    `api, login p99 of a storm of ${loginsPerS}/s: ${ms(alone)} ms alone, ${ms(beside)} ms beside the client (medians of ${result.loginP99Ms.length})`,
  ];
}

/** Whether every answer was right. */
export function apiFaults(result: ApiResult | null): Verdict[] {
  if (result === null) return [];
  const { answers, bad } = result;
  return [fault('every answer of the API is right', `${bad} bad of ${answers}`, bad === 0 && answers > 0)];
}

/** The speeds demanded of the API, and of logins beside it. */
export function apiSpeeds(result: ApiResult | null): Verdict[] {
  if (result === null) return [];
  const { alone, beside } = loginP99(result);
  const slower = Math.round((beside / alone - 1) * 100);
  return [
    ...result.latencies.map(({ question, inStorm: { p95Ms } }) =>
      speed(
        `${WORDS[question]} at ${result.loginsPerS} logins/s: p95 below ${P95_MAX_MS[question]} ms`,
        `${ms(p95Ms)} ms`,
        p95Ms < P95_MAX_MS[question],
      ),
    ),
    speed(
      `login p99 at most ${Math.round((LOGIN_P99_SHARE_MAX - 1) * 100)} % slower beside the API`,
      `${slower < 0 ? '' : '+'}${slower} %`,
      beside <= alone * LOGIN_P99_SHARE_MAX,
    ),
  ];
}

/** Medians over the turns: one stall of a shared machine shall not decide. */
function loginP99({ loginP99Ms }: ApiResult): { alone: number; beside: number } {
  return {
    alone: median(loginP99Ms.map(({ alone }) => alone)),
    beside: median(loginP99Ms.map(({ beside }) => beside)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = low] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

function percentiles({ p50Ms, p95Ms, p99Ms }: LatencySummary): string {
  return [p50Ms, p95Ms, p99Ms].map(ms).join(' ');
}
