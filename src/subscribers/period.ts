import { Temporal } from 'temporal-polyfill';
import { startOfDay } from '../kernel/calendar.ts';
import { invalid } from '../kernel/errors.ts';
import type { CycleUnit } from './catalog/plan-billing.ts';

/** Local dates `[startOn, endOn)` of the billing time zone (billing-rules C2). */
export interface LocalPeriod {
  readonly startOn: Temporal.PlainDate;
  readonly endOn: Temporal.PlainDate;
}

/**
 * A billing period. A stub is shorter than the full period that ends with it: price and allowance are shares of
 * that full period's days (C6).
 */
export interface BillingPeriod extends LocalPeriod {
  readonly fullStartOn: Temporal.PlainDate;
}

/** How the periods of a service follow each other; `anchorDay` is undefined for daily cycles only (C3 to C5). */
export interface Cycle {
  readonly unit: CycleUnit;
  readonly count: number;
  readonly anchorDay: number | undefined;
}

/** The anchor of a service that is billed from a date and names none (C4, C5). */
export function defaultAnchor(unit: CycleUnit, startOn: Temporal.PlainDate): number | undefined {
  if (unit === 'daily') return undefined;
  return unit === 'weekly' ? startOn.dayOfWeek : startOn.day;
}

/** An anchor an operator named; throws `validation_failed`. Daily cycles have none and ignore it. */
export function checkAnchorDay(unit: CycleUnit, day: number): number | undefined {
  if (unit === 'daily') return undefined;
  const max = unit === 'weekly' ? 7 : 31;
  if (Number.isInteger(day) && day >= 1 && day <= max) return day;
  const allowed = `a whole number from 1 to ${max}`;
  throw invalid(`The anchor day of a ${unit} cycle cannot be ${day}: it must be ${allowed}.`, {
    anchor_day: `must be ${allowed}`,
  });
}

/** Whether two cycles have periods of the same length, so that one may follow the other in mid-period (P12). */
export function isSameLength(a: Pick<Cycle, 'unit' | 'count'>, b: Pick<Cycle, 'unit' | 'count'>): boolean {
  return a.unit === b.unit && a.count === b.count;
}

/** The period that begins on a date: a full one if the date is an anchor, else the stub up to the next (C4 to C6). */
export function periodFrom(startOn: Temporal.PlainDate, cycle: Cycle): BillingPeriod {
  if (isAnchor(startOn, cycle)) return { startOn, endOn: move(startOn, cycle, 1), fullStartOn: startOn };
  const endOn = nextAnchor(startOn, cycle);
  return { startOn, endOn, fullStartOn: move(endOn, cycle, -1) };
}

/** The first anchor after a date. */
export function nextAnchor(date: Temporal.PlainDate, cycle: Cycle): Temporal.PlainDate {
  if (cycle.unit === 'daily') return date.add({ days: 1 });
  if (cycle.unit === 'weekly') {
    const ahead = ((cycle.anchorDay ?? 1) - date.dayOfWeek + 7) % 7;
    return date.add({ days: ahead === 0 ? 7 : ahead });
  }
  const thisMonth = anchorOf(date.toPlainYearMonth(), cycle);
  if (Temporal.PlainDate.compare(thisMonth, date) > 0) return thisMonth;
  return anchorOf(date.toPlainYearMonth().add({ months: 1 }), cycle);
}

/** Whole local dates from one to another; negative when `to` is earlier. */
export function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): bigint {
  return BigInt(from.until(to, { largestUnit: 'days' }).days);
}

/** The instants of a period: the first of each local date (C2). */
export function periodInstants(
  period: LocalPeriod,
  timeZone: string,
): { startAt: Temporal.Instant; endAt: Temporal.Instant } {
  return { startAt: startOfDay(period.startOn, timeZone), endAt: startOfDay(period.endOn, timeZone) };
}

/** The local date of an instant (C1). */
export function localDate(at: Temporal.Instant, timeZone: string): Temporal.PlainDate {
  return at.toZonedDateTimeISO(timeZone).toPlainDate();
}

function isAnchor(date: Temporal.PlainDate, cycle: Cycle): boolean {
  if (cycle.unit === 'daily') return true;
  if (cycle.unit === 'weekly') return date.dayOfWeek === cycle.anchorDay;
  return date.equals(anchorOf(date.toPlainYearMonth(), cycle));
}

/** `steps` full periods after an anchor; months are counted from the anchor day, so that 31 comes back after 28. */
function move(anchor: Temporal.PlainDate, cycle: Cycle, steps: 1 | -1): Temporal.PlainDate {
  const amount = cycle.count * steps;
  if (cycle.unit === 'daily') return anchor.add({ days: amount });
  if (cycle.unit === 'weekly') return anchor.add({ days: 7 * amount });
  return anchorOf(anchor.toPlainYearMonth().add({ months: amount }), cycle);
}

/** Day `min(anchor_day, last day of the month)` (C4). */
function anchorOf(month: Temporal.PlainYearMonth, cycle: Cycle): Temporal.PlainDate {
  return month.toPlainDate({ day: Math.min(cycle.anchorDay ?? 1, month.daysInMonth) });
}
