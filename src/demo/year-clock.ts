import { Temporal } from 'temporal-polyfill';
import { startOfDay } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';

/** A clock that is moved through the past, never beyond the real present. */
export class YearClock implements Clock {
  readonly #real: Clock;
  readonly #timeZone: string;
  readonly #presentMs: number;
  #atMs: number;

  constructor(real: Clock, timeZone: string) {
    this.#real = real;
    this.#timeZone = timeZone;
    this.#presentMs = real.nowMs();
    this.#atMs = this.#presentMs;
  }

  /** The local date of the present. */
  get today(): Temporal.PlainDate {
    return Temporal.Instant.fromEpochMilliseconds(this.#presentMs)
      .toZonedDateTimeISO(this.#timeZone)
      .toPlainDate();
  }

  /** The present, at which the year ends. */
  get presentMs(): number {
    return this.#presentMs;
  }

  /** Goes to a local time of a day; false when that is still to come. */
  goTo(date: Temporal.PlainDate, minutes: number): boolean {
    const atMs = startOfDay(date, this.#timeZone).epochMilliseconds + minutes * 60_000;
    if (atMs > this.#presentMs) return false;
    this.#atMs = atMs;
    return true;
  }

  nowMs(): number {
    return this.#atMs;
  }

  now(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(this.#atMs);
  }

  monotonicMs(): number {
    return this.#real.monotonicMs();
  }
}
