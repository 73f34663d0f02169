import { Temporal } from 'temporal-polyfill';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** `2026-11-25`, `2026-11-25 23:59:00`, `2026-11-25T23:59:00Z`, `2026-11-25 23:59:00.5+03`. */
const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;
/** FreeRADIUS Expiration and RouterOS: `25 Nov 2026`, `25 Nov 2026 23:59:00`, `nov/25/2026 23:59:00`, `Nov 25 2026`. */
const NAMED =
  /^(?:(\d{1,2})[ -]([a-z]{3})[a-z]*|([a-z]{3})[a-z]*[ /](\d{1,2}),?)[ /-](\d{4})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?/i;

/**
 * The instant a source writes; one without a zone is meant in `timeZone`, one without a time is the end of that day.
 * Undefined when it is none.
 */
export function instantIn(text: string, timeZone: string): Date | undefined {
  try {
    return isoInstant(text.trim(), timeZone) ?? namedInstant(text.trim(), timeZone);
  } catch {
    // A 31st of February, or a 25th hour.
    return undefined;
  }
}

function isoInstant(text: string, timeZone: string): Date | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, day = '', time, zone] = match;
  return local(day, time, zone === undefined ? timeZone : zone.toUpperCase() === 'Z' ? 'UTC' : offset(zone));
}

function offset(zone: string): string {
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function namedInstant(text: string, timeZone: string): Date | undefined {
  const match = NAMED.exec(text);
  if (match === null) return undefined;
  const month = MONTHS.indexOf((match[2] ?? match[3] ?? '').toLowerCase()) + 1;
  if (month === 0) return undefined;
  const day = `${match[5]}-${String(month).padStart(2, '0')}-${(match[1] ?? match[4] ?? '').padStart(2, '0')}`;
  return local(day, match[6], timeZone);
}

function local(day: string, time: string | undefined, timeZone: string): Date {
  const date = Temporal.PlainDate.from(day, { overflow: 'reject' });
  const plainTime = time === undefined ? undefined : Temporal.PlainTime.from(time.replace(/^(\d):/, '0$1:'));
  const zoned =
    plainTime === undefined
      ? date.add({ days: 1 }).toZonedDateTime(timeZone)
      : date.toZonedDateTime({ timeZone, plainTime });
  return new Date(zoned.epochMilliseconds);
}
