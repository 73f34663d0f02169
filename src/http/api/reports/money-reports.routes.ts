import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ByCurrency } from '../../../reports/figures/by-currency.ts';
import {
  arpuReport,
  overdueReport,
  type Revenue,
  recurringReport,
  revenueReport,
} from '../../../reports/figures/money-reports.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, openApiApp } from '../../openapi.ts';
import { money, number } from '../../schemas/values.ts';
import { contextOf } from '../billing/billing-requests.ts';
import { answerReport, moneyQuery, moneyReport, rangeOf, reportResponse } from './report-parts.ts';

const count = z.int().openapi({ example: 120 });
const basisPoints = z.int().openapi({ example: 350, description: 'Hundredths of a per cent.' });
const report = <const Path extends string, Schema extends z.ZodType>(
  path: Path,
  summary: string,
  schema: Schema,
  description: string,
) =>
  apiRoute('reports.read', {
    method: 'get',
    path,
    tags: ['Reports'],
    summary,
    description,
    request: { query: z.strictObject(moneyQuery) },
    responses: { 200: reportResponse(schema, 'The report.') },
  });

const mrr = report(
  '/api/isp/reports/mrr',
  'Monthly recurring revenue now',
  moneyReport('RecurringRevenue', {
    mrr: money,
    services: count.openapi({ description: 'Services that make it.' }),
  }),
  'Services in use and out of trial, prepaid ones with auto-renew: price without tax and lasting discounts, as of a month. It is of this moment, whatever the range.',
);

const revenue = report(
  '/api/isp/reports/revenue',
  'Revenue of local dates [from, to)',
  moneyReport('Revenue', {
    invoiced_net: money.openapi({ description: 'Issued less credit notes and voids, without tax.' }),
    tax: money,
    collected: money.openapi({ description: 'Payments received.' }),
    refunded: money,
    recognised: money.openapi({ description: 'Earned: base and proration day by day.' }),
    monthly_revenue: money.openapi({ description: 'Totals of invoices that became fully paid.' }),
    methods: z.array(z.object({ method: z.string(), collected: money })),
  }),
  'A void and a credit note count on their own day, as in the ledger.',
);

const overdue = report(
  '/api/isp/reports/overdue',
  'What of the invoices issued in local dates [from, to) is overdue now',
  moneyReport('Overdue', {
    issued: count,
    issued_amount: money,
    overdue: count,
    overdue_amount: money,
    overdue_rate_bp: basisPoints,
    overdue_amount_rate_bp: basisPoints,
  }),
  'Void invoices are left out.',
);

const arpu = report(
  '/api/isp/reports/arpu',
  'Average revenue per customer of local dates [from, to)',
  moneyReport('Arpu', { customers: count, invoiced_net: money, arpu: money }),
  'What was invoiced without tax, by customers with a live service on any day.',
);

/** What comes in: MRR, revenue, overdue, ARPU. */
export function moneyReportsRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  const { db } = context.deps;
  return openApiApp()
    .openapi(mrr, async (c) => {
      const { currency, ...range } = c.req.valid('query');
      rangeOf(range);
      const figures = await recurringReport(db, await contextOf(c, context), currency);
      const view = inCurrencies(figures, ({ mrrMinor, services }) => ({
        mrr: number(mrrMinor),
        services: number(services),
      }));
      return answerReport(c, view, view.currencies);
    })
    .openapi(revenue, async (c) => {
      const query = c.req.valid('query');
      const range = { ...rangeOf(query), currency: query.currency };
      const view = inCurrencies(await revenueReport(db, await contextOf(c, context), range), revenueView);
      return answerReport(c, view, view.currencies);
    })
    .openapi(overdue, async (c) => {
      const query = c.req.valid('query');
      const range = { ...rangeOf(query), currency: query.currency };
      const view = inCurrencies(await overdueReport(db, await contextOf(c, context), range), (one) => ({
        issued: number(one.issued),
        issued_amount: number(one.issuedMinor),
        overdue: number(one.overdue),
        overdue_amount: number(one.overdueMinor),
        overdue_rate_bp: one.overdueRateBp,
        overdue_amount_rate_bp: one.amountRateBp,
      }));
      return answerReport(c, view, view.currencies);
    })
    .openapi(arpu, async (c) => {
      const query = c.req.valid('query');
      const range = { ...rangeOf(query), currency: query.currency };
      const view = inCurrencies(await arpuReport(db, await contextOf(c, context), range), (one) => ({
        customers: number(one.customers),
        invoiced_net: number(one.invoicedNetMinor),
        arpu: number(one.arpuMinor),
      }));
      return answerReport(c, view, view.currencies);
    });
}

/** Figures as the API words them: those shown at the top, all of them in `currencies`. */
export function inCurrencies<Figures, View extends object>(
  { shown, all }: ByCurrency<Figures>,
  viewOf: (figures: Figures) => View,
) {
  const view = (one: Figures & { readonly currency: string }) => ({ currency: one.currency, ...viewOf(one) });
  return { ...view(shown), currencies: all.map(view) };
}

/** Revenue as the API words it. */
export function revenueView({ methods, ...figures }: Revenue) {
  return {
    invoiced_net: number(figures.invoiced_net),
    tax: number(figures.tax),
    collected: number(figures.collected),
    refunded: number(figures.refunded),
    recognised: number(figures.recognised),
    monthly_revenue: number(figures.monthly_revenue),
    methods: methods.map(({ method, collectedMinor }) => ({ method, collected: number(collectedMinor) })),
  };
}
