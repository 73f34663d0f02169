import { Temporal } from 'temporal-polyfill';
import type { BillingContext } from '../../billing/billing-context.ts';
import type { Queryable } from '../../db/database.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { peakHour } from '../../usage/peak-hours.ts';
import { busyHours } from './busy-hours.store.ts';
import { type ByCurrency, byCurrency } from './by-currency.ts';
import { type DunningRow, dunningRows } from './collection.store.ts';
import { customerBase, pricesAtStart } from './customer-base.store.ts';
import { groupedByCurrency, type MoneyQuery, mrrOf } from './money-reports.service.ts';
import { basisPoints, type DateRange, sqlRange } from './range.ts';

/** Customers lost of those there were, and the recurring revenue that went with them (Z3). */
export interface Churn {
  readonly atStart: bigint;
  readonly lost: bigint;
  readonly churnRateBp: number;
  readonly mrrAtStartMinor: bigint;
  readonly mrrLostMinor: bigint;
  readonly mrrChurnRateBp: number;
}

/** Churn of a range (billing-rules Z3), which begins with this month if nothing is said and ends now at the latest. */
export async function churnReport(
  q: Queryable,
  ctx: BillingContext,
  query: MoneyQuery,
): Promise<ByCurrency<Churn>> {
  const { isp_timezone: timeZone, isp_currency: own } = ctx.settings;
  const from = query.from ?? ctx.today.with({ day: 1 });
  const fromAt = startOfDay(from, timeZone);
  const endAt = query.to === undefined ? ctx.now : earlier(startOfDay(query.to, timeZone), ctx.now);
  const range = {
    fromAt: fromAt.toString(),
    fromDate: from.toString(),
    endAt: endAt.toString(),
    timeZone,
  };
  const base = await customerBase(q, range);
  const prices = groupedByCurrency(await pricesAtStart(q, range));
  const figures = new Map(
    base.map(({ currency, atStart, lost }) => {
      const all = prices.get(currency) ?? [];
      const mrrAtStartMinor = mrrOf(all, ctx);
      const mrrLostMinor = mrrOf(
        all.filter(({ isLost }) => isLost),
        ctx,
      );
      const churnRateBp = basisPoints(lost, atStart);
      const mrrChurnRateBp = basisPoints(mrrLostMinor, mrrAtStartMinor);
      return [currency, { atStart, lost, churnRateBp, mrrAtStartMinor, mrrLostMinor, mrrChurnRateBp }];
    }),
  );
  const nobody = { atStart: 0n, lost: 0n, churnRateBp: 0 };
  const empty = { ...nobody, mrrAtStartMinor: 0n, mrrLostMinor: 0n, mrrChurnRateBp: 0 };
  return byCurrency(figures, { asked: query.currency, own, empty });
}

/** How well reminders work (Z5): all of them, and by level. */
export interface DunningSuccess {
  readonly sent: bigint;
  readonly successful: bigint;
  readonly successRateBp: number;
  readonly levels: readonly (DunningRow & { readonly successRateBp: number })[];
}

/** Reminders sent in a range and those after which the invoice was paid (billing-rules Z5). */
export async function dunningReport(
  q: Queryable,
  { settings }: BillingContext,
  query: DateRange,
): Promise<DunningSuccess> {
  const { isp_timezone: timeZone, dunning_attribution_days: days } = settings;
  const rows = await dunningRows(q, sqlRange(query, timeZone), { days, timeZone });
  const sent = rows.reduce((sum, row) => sum + row.sent, 0n);
  const successful = rows.reduce((sum, row) => sum + row.successful, 0n);
  const levels = rows.map((row) => ({ ...row, successRateBp: basisPoints(row.successful, row.sent) }));
  return { sent, successful, successRateBp: basisPoints(successful, sent), levels };
}

/** When the network is busiest (Z6); no hour when nothing was used. */
export interface PeakHours {
  readonly peakHour: number | undefined;
  readonly peakOctets: bigint;
  readonly totalOctets: bigint;
  readonly peakBps: bigint;
  /** By local hour of the day, 0 to 23. */
  readonly hours: readonly bigint[];
}

/** The busiest local hour of the day, the earliest of equals, and the highest rate of a range (billing-rules Z6). */
export async function peakHoursReport(
  q: Queryable,
  { settings }: BillingContext,
  query: DateRange & { readonly serviceId: ServiceId | undefined },
): Promise<PeakHours> {
  const { hours, peakBps } = await busyHours(q, sqlRange(query, settings.isp_timezone), query.serviceId);
  const peak = peakHour(hours);
  return {
    peakHour: peak,
    peakOctets: peak === undefined ? 0n : (hours[peak] ?? 0n),
    totalOctets: hours.reduce((sum, octets) => sum + octets, 0n),
    peakBps,
    hours,
  };
}

function earlier(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}
