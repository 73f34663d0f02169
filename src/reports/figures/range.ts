import { Temporal } from 'temporal-polyfill';
import { startOfDay } from '../../kernel/calendar.ts';
import { invalid } from '../../kernel/errors.ts';
import { roundRatio } from '../../kernel/rounding.ts';

/** What a report is about: local dates `[from, to)`; an end left out is open. */
export interface DateRange {
  readonly from: Temporal.PlainDate | undefined;
  readonly to: Temporal.PlainDate | undefined;
}

/** A range as SQL compares it: ISO dates, and their first instants; `infinity` where it is open. */
export interface SqlRange {
  readonly fromDate: string;
  readonly toDate: string;
  readonly fromAt: string;
  readonly toAt: string;
}

/** A range of ISO dates; throws `validation_failed` when it ends before it begins. */
export function dateRange(from: string | undefined, to: string | undefined): DateRange {
  const range = { from: dateOf(from), to: dateOf(to) };
  if (range.from && range.to && Temporal.PlainDate.compare(range.from, range.to) > 0) {
    throw invalid(`The range begins on ${from} and ends before that.`, { to: 'must not be before from' });
  }
  return range;
}

/** A range with its first instants in the billing time zone (billing-rules C2). */
export function sqlRange({ from, to }: DateRange, timeZone: string): SqlRange {
  return {
    fromDate: from?.toString() ?? '-infinity',
    toDate: to?.toString() ?? 'infinity',
    fromAt: from === undefined ? '-infinity' : startOfDay(from, timeZone).toString(),
    toAt: to === undefined ? 'infinity' : startOfDay(to, timeZone).toString(),
  };
}

/** A part of a whole in basis points, rounded (M3); nothing of nothing is 0. */
export function basisPoints(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number(roundRatio(10_000n * part, whole));
}

function dateOf(text: string | undefined): Temporal.PlainDate | undefined {
  return text === undefined ? undefined : Temporal.PlainDate.from(text);
}
