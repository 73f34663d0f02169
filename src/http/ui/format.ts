import { Temporal } from 'temporal-polyfill';
import { formatDuration } from '../../kernel/duration.ts';

/** A whole number with its thousands apart. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Events per second: `0`, `0.03`, `1.2`, `47`, `12,400`. */
export function formatRate(perSecond: number): string {
  if (perSecond <= 0) return '0';
  if (perSecond < 0.995) return perSecond < 0.095 ? perSecond.toFixed(2) : perSecond.toFixed(1);
  return perSecond < 9.95 ? perSecond.toFixed(1) : formatCount(perSecond);
}

/** A short span in microseconds: `250 µs`, `1 ms`, `2.5 ms`, `1 s`. */
export function formatSpan(us: number): string {
  if (us < 1_000) return `${us} µs`;
  if (us < 1_000_000) return `${us / 1_000} ms`;
  return `${us / 1_000_000} s`;
}

/** How long ago, for people: `now`, `12 s ago`, `5 min ago`, `2 d 3 h ago`. */
export function formatAgo(atMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - atMs) / 1000);
  if (seconds < 2) return 'now';
  return `${formatDuration(seconds < 60 ? seconds : seconds - (seconds % 60))} ago`;
}

/** Local time of an instant with the zone's short name: `13:41:05 EAT`. */
export function formatClock(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(atMs);
}

/** Local date and time of an instant: `22 Nov 2026, 13:41:05 EAT`. */
export function formatInstant(atMs: number, timeZone: string): string {
  const date = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  return `${date.format(atMs)}, ${formatClock(atMs, timeZone)}`;
}

/** An instant for the `datetime` of a `<time>`. */
export function isoInstant(atMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toString();
}
