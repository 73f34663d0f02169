import { Temporal } from 'temporal-polyfill';
import type { Clock } from '../../kernel/clock.ts';

/** Where the test clock was set to. `version` rises with every setting. */
export interface ClockSetting {
  readonly at: Date;
  readonly version: bigint;
}

/**
 * The clock of billing, expiry, login validity and usage events (billing-rules M5): real time until it is set, then
 * it stands still. Spans are real: time-outs and latencies never follow it.
 */
export class BusinessClock implements Clock {
  readonly #real: Clock;
  #setting: ClockSetting | undefined;

  constructor(real: Clock) {
    this.#real = real;
  }

  /** The setting in force; 0 while there is none. */
  get version(): bigint {
    return this.#setting?.version ?? 0n;
  }

  /** Stands at a setting from now on. */
  take(setting: ClockSetting | undefined): void {
    this.#setting = setting;
  }

  nowMs(): number {
    return this.#setting === undefined ? this.#real.nowMs() : this.#setting.at.getTime();
  }

  now(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(this.nowMs());
  }

  monotonicMs(): number {
    return this.#real.monotonicMs();
  }
}
