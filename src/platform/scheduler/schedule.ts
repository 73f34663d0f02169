import { Cron } from 'croner';

/** When a job is due: five cron fields read by the wall clock of a time zone. Instants in ms since the epoch. */
export interface Schedule {
  /** The first tick after an instant. */
  next(afterMs: number): number;
  /** The newest tick at or before an instant. */
  latest(atMs: number): number;
}

/**
 * Reads a schedule; throws on one that cannot be read or never comes. A fixed time that a change to summer time
 * skips comes at the end of the gap, one that comes twice counts once (billing-rules C2).
 */
export function readSchedule(pattern: string, timeZone: string): Schedule {
  const cron = new Cron(pattern, { timezone: timeZone, mode: '5-part', paused: true });
  const required = (date: Date | null | undefined): number => {
    if (date === null || date === undefined) throw new Error(`The schedule '${pattern}' never comes.`);
    return date.getTime();
  };
  return {
    next: (afterMs) => required(cron.nextRun(new Date(afterMs))),
    // croner looks strictly before the reference.
    latest: (atMs) => required(cron.previousRuns(1, new Date(atMs + 1))[0]),
  };
}
