import { Temporal } from 'temporal-polyfill';

/** The one source of "now". Instants are UTC; `monotonicMs` never goes backwards and only measures spans. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** The same as a Temporal instant. */
  now(): Temporal.Instant;
  /** Milliseconds since an arbitrary start; for time-outs and latencies. */
  monotonicMs(): number;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  now: () => Temporal.Instant.fromEpochMilliseconds(Date.now()),
  monotonicMs: () => performance.now(),
};
