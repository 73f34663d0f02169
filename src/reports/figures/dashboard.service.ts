import type { Temporal } from 'temporal-polyfill';
import type { BillingContext } from '../../billing/billing-context.ts';
import type { Queryable } from '../../db/database.ts';
import { SERVICE_STATUSES, type ServiceStatus } from '../../subscribers/service-status.ts';
import { type ByCurrency, byCurrency } from './by-currency.ts';
import { type Standing, serviceCounts, standings } from './dashboard.store.ts';
import { type Revenue, recurringReport, revenueReport } from './money-reports.service.ts';

/** The money of one month: local dates `[from, to)`. */
export interface MonthFigures {
  readonly from: Temporal.PlainDate;
  readonly to: Temporal.PlainDate;
  readonly revenue: Revenue;
}

/** The business at a glance, in one currency; what is counted is counted in all. */
export interface Dashboard {
  readonly currency: string;
  readonly today: Temporal.PlainDate;
  /** With a live service. */
  readonly customers: number;
  readonly services: Readonly<Record<ServiceStatus, number>>;
  readonly mrrMinor: bigint;
  readonly standing: Standing;
  readonly month: MonthFigures;
  readonly previousMonth: MonthFigures;
}

/**
 * The business at a glance. It is read off documents, and agrees with the ledger: what is owed is `ar`, the credit is
 * `wallet`, and the months are its movements.
 */
export async function dashboard(q: Queryable, ctx: BillingContext, asked?: string): Promise<Dashboard> {
  const { shown: standing } = await standingReport(q, ctx, asked);
  const { currency } = standing;
  const thisMonth = ctx.today.with({ day: 1 });
  const monthFrom = async (from: Temporal.PlainDate): Promise<MonthFigures> => {
    const to = from.add({ months: 1 });
    return { from, to, revenue: (await revenueReport(q, ctx, { from, to, currency })).shown };
  };
  const [{ states, customers }, { shown: recurring }, month, previousMonth] = await Promise.all([
    serviceCounts(q),
    recurringReport(q, ctx, currency),
    monthFrom(thisMonth),
    monthFrom(thisMonth.subtract({ months: 1 })),
  ]);
  return {
    currency,
    today: ctx.today,
    customers,
    services: countsOf(states),
    mrrMinor: recurring.mrrMinor,
    standing,
    month,
    previousMonth,
  };
}

/** What is owed and held, by currency. */
export async function standingReport(
  q: Queryable,
  ctx: BillingContext,
  asked?: string,
): Promise<ByCurrency<Standing>> {
  const rows = await standings(q, ctx.today.toString());
  const nothing = {
    receivableMinor: 0n,
    openInvoices: 0n,
    overdueMinor: 0n,
    overdueInvoices: 0n,
    creditMinor: 0n,
  };
  const own = ctx.settings.isp_currency;
  const figures = new Map(rows.map((row) => [row.currency, row]));
  return byCurrency(figures, { asked, own, empty: { ...nothing, currency: own } });
}

function countsOf(states: ReadonlyMap<ServiceStatus, number>): Record<ServiceStatus, number> {
  const counts = { pending: 0, active: 0, throttled: 0, suspended: 0, expired: 0, cancelled: 0 };
  for (const status of SERVICE_STATUSES) counts[status] = states.get(status) ?? 0;
  return counts;
}
