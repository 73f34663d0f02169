import { Temporal } from 'temporal-polyfill';

/** The local date and hour of an instant: what a usage day is booked to (billing-rules C1, O6). */
export interface LocalHour {
  /** ISO date, `2026-11-23`. */
  readonly date: string;
  /** 0..23, as the wall clock shows it: a repeated hour counts into the same slot. */
  readonly hour: number;
}

/** True when the name is an IANA time zone this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** The local date and hour of an instant (milliseconds since the epoch) in a time zone. */
export function localHour(epochMs: number, timeZone: string): LocalHour {
  const local = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone);
  return { date: local.toPlainDate().toString(), hour: local.hour };
}

/** The first instant of a local date: midnight, or the end of the gap that swallows it (billing-rules C2). */
export function startOfDay(date: Temporal.PlainDate, timeZone: string): Temporal.Instant {
  return date.toZonedDateTime({ timeZone }).startOfDay().toInstant();
}

/** The UTC day of an instant as an ISO date; names the partitions of raw tables. */
export function utcDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
