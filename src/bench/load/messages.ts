import { z } from 'zod';
import { METHODS } from './request-layout.ts';
import { WORKLOADS } from './workload.ts';

const rateStep = z.object({ ratePerS: z.number().positive(), seconds: z.number().positive() });

const runOrder = z.object({
  workload: z.enum(WORKLOADS),
  method: z.enum(METHODS),
  /** Requests (in a storm: logins with their Starts) under way at a time; undefined: open loop, by `steps`. */
  window: z.number().int().positive().optional(),
  steps: z.array(rateStep).readonly().default([]),
  /** Issues requests for so long; undefined: until there are no more. Closed loop only. */
  seconds: z.number().positive().optional(),
  /** Operations at most. */
  limit: z.number().int().nonnegative().optional(),
  /** Wait before the same octets are sent again, and how often they are sent at most. */
  timeoutMs: z.number().positive(),
  tries: z.number().int().positive(),
  /** A login that takes longer counts as slow in the timeline. */
  normalMs: z.number().positive().default(100),
});

/** One run of the generator. */
export type RunOrder = z.infer<typeof runOrder>;

/** What the bench tells the generator. */
export const generatorOrder = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('prepare'),
    users: z.number().int().positive(),
    secret: z.string(),
    authPort: z.number(),
    acctPort: z.number(),
  }),
  z.object({ type: z.literal('run'), run: runOrder }),
  z.object({ type: z.literal('ledger') }),
]);
export type GeneratorOrder = z.input<typeof generatorOrder>;

const latencySummary = z.object({
  count: z.number(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
});

const timelineBucket = z.object({
  due: z.number(),
  answered: z.number(),
  slow: z.number(),
  done: z.number(),
});

const runResult = z.object({
  /** Good answers per second while requests were being issued; in a storm logins with their Starts. */
  ratePerS: z.number(),
  issuedS: z.number(),
  /** Good answers in all. */
  answers: z.number(),
  /** Answers that failed a check, by reason. */
  bad: z.record(z.string(), z.number()),
  retransmissions: z.number(),
  /** Requests given up after the last try. */
  unanswered: z.number(),
  duplicates: z.number(),
  late: z.number(),
  /** Sends that had to wait because every identifier was taken. */
  heldBack: z.number(),
  /** Errors of the network: nobody listened. */
  refused: z.number(),
  login: latencySummary,
  accounting: latencySummary,
  /** From the login's due time to the answer to its Start. */
  loginAndStart: latencySummary,
  longestGapMs: z.number(),
  timeline: z.array(timelineBucket),
  generatorCpuS: z.number(),
  openSessions: z.number(),
});

/** What a run came to. */
export type RunResult = z.infer<typeof runResult>;

/** What the generator answers. */
export const generatorAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('done') }),
  z.object({ type: z.literal('result'), result: runResult }),
  z.object({ type: z.literal('ledger'), rows: z.instanceof(Float64Array) }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]);
export type GeneratorAnswer = z.infer<typeof generatorAnswer>;
