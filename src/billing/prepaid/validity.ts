import type { Temporal } from 'temporal-polyfill';
import type { CycleUnit, ValidityUnit } from '../../subscribers/catalog/plan-billing.ts';

/** How long a bought period lasts. */
export interface Validity {
  readonly unit: ValidityUnit;
  readonly count: number;
}

const UNIT_OF_CYCLE: Readonly<Record<CycleUnit, ValidityUnit>> = {
  daily: 'days',
  weekly: 'weeks',
  monthly: 'months',
};

/** The validity of a prepaid package; one that names none lasts as long as its cycle. */
export function validityOf(plan: {
  readonly validity: Validity | undefined;
  readonly cycle: CycleUnit;
  readonly cycleCount: number;
}): Validity {
  return plan.validity ?? { unit: UNIT_OF_CYCLE[plan.cycle], count: plan.cycleCount };
}

/** Where periods are reckoned: the billing time zone, and the day of the month an unbroken chain began on. */
export interface Chain {
  readonly timeZone: string;
  readonly anchorDay: number;
}

/**
 * The anchor of a period that begins on a local date: that of its chain where the date lies on it, which only a chain
 * of months keeps, else the date's own day.
 */
export function chainAnchor(startOn: Temporal.PlainDate, kept: number | undefined): number {
  const isOnAnchor = kept !== undefined && startOn.day === Math.min(kept, startOn.daysInMonth);
  return isOnAnchor ? kept : startOn.day;
}

/** The anchor a chain goes on with after a period: one of hours, days or weeks begins it anew. */
export function anchorAfter(endAt: Temporal.Instant, { unit }: Pick<Validity, 'unit'>, chain: Chain): number {
  return unit === 'months' ? chain.anchorDay : endAt.toZonedDateTimeISO(chain.timeZone).day;
}

/**
 * The instant a period ends (billing-rules Q6): hours are real hours; days, weeks and months keep the local wall time,
 * and months clamp to the anchor day of the chain: 31 January, 28 February, 31 March.
 */
export function validityEnd(startAt: Temporal.Instant, validity: Validity, chain: Chain): Temporal.Instant {
  const { unit, count } = validity;
  if (unit === 'hours') return startAt.add({ hours: count });
  const local = startAt.toZonedDateTimeISO(chain.timeZone);
  if (unit !== 'months') return local.add({ [unit]: count }).toInstant();
  const month = local.toPlainDate().toPlainYearMonth().add({ months: count });
  const date = month.toPlainDate({ day: Math.min(chain.anchorDay, month.daysInMonth) });
  return date.toZonedDateTime({ timeZone: chain.timeZone, plainTime: local.toPlainTime() }).toInstant();
}
