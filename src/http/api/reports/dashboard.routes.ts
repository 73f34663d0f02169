import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { dashboard, type MonthFigures } from '../../../reports/figures/dashboard.service.ts';
import { SERVICE_STATUSES } from '../../../subscribers/service-status.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { localDate, money, number } from '../../schemas/values.ts';
import { contextOf } from '../billing/billing-requests.ts';
import { revenueView } from './money-reports.routes.ts';
import { moneyQuery } from './report-parts.ts';

const count = z.int().openapi({ example: 120 });

const monthSchema = z.object({
  from: localDate,
  to: localDate.openapi({ description: 'Before this date.' }),
  invoiced_net: money,
  tax: money,
  collected: money,
  refunded: money,
  recognised: money,
  monthly_revenue: money,
  methods: z.array(z.object({ method: z.string(), collected: money })),
});

const dashboardSchema = z
  .object({
    currency: z.string(),
    date: localDate.openapi({ description: 'Today in the billing time zone.' }),
    customers: count.openapi({ description: 'With a live service.' }),
    services: z.record(z.enum(SERVICE_STATUSES), count),
    active_services: count.openapi({ description: 'Active or throttled.' }),
    suspended_services: count,
    mrr: money,
    monthly_revenue: money.openapi({ description: 'Totals of invoices that became fully paid this month.' }),
    receivable: money.openapi({ description: 'What is owed: the account `ar`.' }),
    open_invoices: count,
    overdue_amount: money,
    overdue_invoices: count,
    credit_balance: money.openapi({ description: 'What customers have in credit: the account `wallet`.' }),
    month: monthSchema,
    previous_month: monthSchema,
  })
  .openapi('BillingDashboard');

const route = apiRoute('reports.read', {
  method: 'get',
  path: '/api/isp/billing/dashboard',
  tags: ['Reports'],
  summary: 'The business at a glance: services, what is owed, this month and the one before',
  description: 'In one currency; it agrees with the ledger.',
  request: { query: z.strictObject({ currency: moneyQuery.currency }) },
  responses: { 200: json(dashboardSchema, 'It stands so now.') },
});

/** The business at a glance. */
export function dashboardRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(route, async (c) => {
    const { currency } = c.req.valid('query');
    const now = await dashboard(context.deps.db, await contextOf(c, context), currency);
    const { standing, services, month } = now;
    return c.json(
      {
        currency: now.currency,
        date: now.today.toString(),
        customers: now.customers,
        services,
        active_services: services.active + services.throttled,
        suspended_services: services.suspended,
        mrr: number(now.mrrMinor),
        monthly_revenue: number(month.revenue.monthly_revenue),
        receivable: number(standing.receivableMinor),
        open_invoices: number(standing.openInvoices),
        overdue_amount: number(standing.overdueMinor),
        overdue_invoices: number(standing.overdueInvoices),
        credit_balance: number(standing.creditMinor),
        month: monthView(month),
        previous_month: monthView(now.previousMonth),
      },
      200,
    );
  });
}

function monthView({ from, to, revenue }: MonthFigures) {
  return { from: from.toString(), to: to.toString(), ...revenueView(revenue) };
}
