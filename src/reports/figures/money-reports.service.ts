import type { BillingContext } from '../../billing/billing-context.ts';
import { storedRate } from '../../billing/tax.ts';
import type { Queryable } from '../../db/database.ts';
import { roundRatio } from '../../kernel/rounding.ts';
import { type ByCurrency, byCurrency } from './by-currency.ts';
import { overdueRows } from './collection.store.ts';
import { customersServed } from './customer-base.store.ts';
import { basisPoints, type DateRange, sqlRange } from './range.ts';
import { recurringPrices } from './recurring.store.ts';
import { monthlyRecurring, type RecurringPrice } from './recurring.ts';
import { invoicedNet, type RevenueMeasure, type RevenueRow, revenueRows } from './revenue.store.ts';

/** What a report of money is about; `currency` undefined = the installation's. */
export interface MoneyQuery extends DateRange {
  readonly currency?: string | undefined;
}

/** Monthly recurring revenue and the services that make it (Z1). */
export interface Recurring {
  readonly mrrMinor: bigint;
  readonly services: bigint;
}

/** Monthly recurring revenue at this moment (billing-rules Z1). */
export async function recurringReport(
  q: Queryable,
  ctx: BillingContext,
  currency?: string,
): Promise<ByCurrency<Recurring>> {
  const prices = await recurringPrices(q, { now: ctx.now.toString(), today: ctx.today.toString() });
  const figures = new Map(
    [...groupedByCurrency(prices)].map(([name, group]) => [
      name,
      {
        mrrMinor: mrrOf(group, ctx),
        services: group.reduce((sum, { services }) => sum + services, 0n),
      },
    ]),
  );
  return byCurrency(figures, choice(ctx, currency, { mrrMinor: 0n, services: 0n }));
}

/** The sum of prices by the tax mode in force: prices that contain tax count without it. */
export function mrrOf(prices: readonly RecurringPrice[], { settings }: BillingContext): bigint {
  const included = settings.tax_mode === 'inclusive' ? storedRate(settings.isp_vat_percent) : undefined;
  return monthlyRecurring(prices, included);
}

/** Prices or rows by their currency. */
export function groupedByCurrency<Row extends { readonly currency: string }>(
  rows: readonly Row[],
): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row.currency, [...(groups.get(row.currency) ?? []), row]);
  return groups;
}

/** The figures of Z2, with what was collected by method of payment. */
export type Revenue = Readonly<Record<RevenueMeasure, bigint>> & {
  readonly methods: readonly { readonly method: string; readonly collectedMinor: bigint }[];
};

/** Revenue of a range (billing-rules Z2). */
export async function revenueReport(
  q: Queryable,
  ctx: BillingContext,
  query: MoneyQuery,
): Promise<ByCurrency<Revenue>> {
  const { isp_timezone: timeZone } = ctx.settings;
  const rows = await revenueRows(q, sqlRange(query, timeZone), timeZone);
  const figures = new Map([...groupedByCurrency(rows)].map(([currency, own]) => [currency, revenueOf(own)]));
  return byCurrency(figures, choice(ctx, query.currency, revenueOf([])));
}

function revenueOf(rows: readonly RevenueRow[]): Revenue {
  const sumOf = (measure: RevenueMeasure): bigint =>
    rows.reduce((sum, row) => (row.measure === measure ? sum + row.amountMinor : sum), 0n);
  const methods = rows.flatMap(({ measure, method, amountMinor }) =>
    measure === 'collected' && method !== null ? [{ method, collectedMinor: amountMinor }] : [],
  );
  return {
    invoiced_net: sumOf('invoiced_net'),
    tax: sumOf('tax'),
    collected: sumOf('collected'),
    refunded: sumOf('refunded'),
    recognised: sumOf('recognised'),
    monthly_revenue: sumOf('monthly_revenue'),
    methods: methods.sort((a, b) => (a.method < b.method ? -1 : 1)),
  };
}

/** Overdue now of what was issued, by count and by amount (Z4). */
export interface Overdue {
  readonly issued: bigint;
  readonly issuedMinor: bigint;
  readonly overdue: bigint;
  readonly overdueMinor: bigint;
  readonly overdueRateBp: number;
  readonly amountRateBp: number;
}

/** How much of what was issued in a range is overdue now (billing-rules Z4). */
export async function overdueReport(
  q: Queryable,
  ctx: BillingContext,
  query: MoneyQuery,
): Promise<ByCurrency<Overdue>> {
  const rows = await overdueRows(q, sqlRange(query, ctx.settings.isp_timezone), ctx.today.toString());
  const figures = new Map(
    rows.map(({ currency, ...row }) => [
      currency,
      {
        ...row,
        overdueRateBp: basisPoints(row.overdue, row.issued),
        amountRateBp: basisPoints(row.overdueMinor, row.issuedMinor),
      },
    ]),
  );
  const nothing = { issued: 0n, issuedMinor: 0n, overdue: 0n, overdueMinor: 0n };
  const empty = { ...nothing, overdueRateBp: 0, amountRateBp: 0 };
  return byCurrency(figures, choice(ctx, query.currency, empty));
}

/** Revenue per customer (Z7). */
export interface Arpu {
  readonly customers: bigint;
  readonly invoicedNetMinor: bigint;
  readonly arpuMinor: bigint;
}

/** What a customer with a live service was invoiced on average in a range, without tax (billing-rules Z7). */
export async function arpuReport(
  q: Queryable,
  ctx: BillingContext,
  query: MoneyQuery,
): Promise<ByCurrency<Arpu>> {
  const range = sqlRange(query, ctx.settings.isp_timezone);
  const [served, invoiced] = await Promise.all([customersServed(q, range), invoicedNet(q, range)]);
  const currencies = new Set([...served.keys(), ...invoiced.keys()]);
  const figures = new Map(
    [...currencies].map((currency) => {
      const customers = served.get(currency) ?? 0n;
      const invoicedNetMinor = invoiced.get(currency) ?? 0n;
      const arpuMinor = customers === 0n ? 0n : roundRatio(invoicedNetMinor, customers);
      return [currency, { customers, invoicedNetMinor, arpuMinor }];
    }),
  );
  const empty = { customers: 0n, invoicedNetMinor: 0n, arpuMinor: 0n };
  return byCurrency(figures, choice(ctx, query.currency, empty));
}

function choice<Figures>(ctx: BillingContext, asked: string | undefined, empty: Figures) {
  return { asked, own: ctx.settings.isp_currency, empty };
}
