import { Temporal } from 'temporal-polyfill';
import type { Clock } from '../../src/kernel/clock.ts';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
  set(at: string): void;
}

/** Starts at an instant such as `2026-11-23T04:30:00Z`. */
export function manualClock(at: string): ManualClock {
  let nowMs = Date.parse(at);
  let monotonicMs = 0;
  return {
    nowMs: () => nowMs,
    now: () => Temporal.Instant.fromEpochMilliseconds(nowMs),
    monotonicMs: () => monotonicMs,
    advance: (ms) => {
      nowMs += ms;
      monotonicMs += ms;
    },
    set: (text) => {
      nowMs = Date.parse(text);
    },
  };
}
