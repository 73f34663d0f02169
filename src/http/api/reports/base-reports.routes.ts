import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ServiceId } from '../../../kernel/ids.ts';
import {
  churnReport,
  dunningReport,
  peakHoursReport,
} from '../../../reports/figures/base-reports.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, openApiApp } from '../../openapi.ts';
import { idInput, money, number } from '../../schemas/values.ts';
import { contextOf } from '../billing/billing-requests.ts';
import { inCurrencies } from './money-reports.routes.ts';
import {
  answerReport,
  moneyQuery,
  moneyReport,
  rangeOf,
  rangeQuery,
  reportResponse,
} from './report-parts.ts';

const count = z.int().openapi({ example: 120 });
const basisPoints = z.int().openapi({ example: 350, description: 'Hundredths of a per cent.' });
const bytes = z.int().openapi({ example: 1_000_000_000 });

const churn = apiRoute('reports.read', {
  method: 'get',
  path: '/api/isp/reports/churn',
  tags: ['Reports'],
  summary: 'Customers and recurring revenue lost in local dates [from, to)',
  description:
    'Customers with a live service at the start and none at the end. A prepaid one is lost 30 days after the end of the validity. Absent `from`: this month.',
  request: { query: z.strictObject(moneyQuery) },
  responses: {
    200: reportResponse(
      moneyReport('Churn', {
        customers_at_start: count,
        customers_lost: count,
        churn_rate_bp: basisPoints,
        mrr_at_start: money,
        mrr_lost: money,
        mrr_churn_rate_bp: basisPoints,
      }),
      'The report.',
    ),
  },
});

const dunningFigures = { sent: count, successful: count, success_rate_bp: basisPoints };
const dunning = apiRoute('reports.read', {
  method: 'get',
  path: '/api/isp/reports/dunning',
  tags: ['Reports'],
  summary: 'How well reminders sent in local dates [from, to) worked',
  description:
    'A reminder worked when its invoice was fully paid within `dunning_attribution_days` and before the next one.',
  request: { query: z.strictObject(rangeQuery) },
  responses: {
    200: reportResponse(
      z
        .object({
          ...dunningFigures,
          levels: z.array(z.object({ level: z.int(), ...dunningFigures })),
        })
        .openapi('DunningSuccess'),
      'The report; its rows are the levels.',
    ),
  },
});

const peakHours = apiRoute('reports.read', {
  method: 'get',
  path: '/api/isp/reports/peak-hours',
  tags: ['Reports'],
  summary: 'The busiest hour of the day over local dates [from, to)',
  request: { query: z.strictObject({ ...rangeQuery, service_id: idInput<ServiceId>().optional() }) },
  responses: {
    200: reportResponse(
      z
        .object({
          peak_hour: z
            .int()
            .nullable()
            .openapi({ example: 20, description: 'Local hour; null when nothing was used.' }),
          peak_bytes: bytes.openapi({ description: 'Carried in that hour, all days together.' }),
          total_bytes: bytes,
          peak_bps: z.int().openapi({ description: 'The highest rate of any accounting interval.' }),
          hours: z.array(z.object({ hour: z.int(), bytes })),
        })
        .openapi('PeakHours'),
      'The report; its rows are the 24 hours.',
    ),
  },
});

/** Who stays, who pays when reminded, when the network is busy. */
export function baseReportsRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  const { db } = context.deps;
  return openApiApp()
    .openapi(churn, async (c) => {
      const query = c.req.valid('query');
      const range = { ...rangeOf(query), currency: query.currency };
      const view = inCurrencies(await churnReport(db, await contextOf(c, context), range), (one) => ({
        customers_at_start: number(one.atStart),
        customers_lost: number(one.lost),
        churn_rate_bp: one.churnRateBp,
        mrr_at_start: number(one.mrrAtStartMinor),
        mrr_lost: number(one.mrrLostMinor),
        mrr_churn_rate_bp: one.mrrChurnRateBp,
      }));
      return answerReport(c, view, view.currencies);
    })
    .openapi(dunning, async (c) => {
      const range = rangeOf(c.req.valid('query'));
      const report = await dunningReport(db, await contextOf(c, context), range);
      const levels = report.levels.map((one) => ({ level: one.level, ...successOf(one) }));
      return answerReport(c, { ...successOf(report), levels }, levels);
    })
    .openapi(peakHours, async (c) => {
      const query = c.req.valid('query');
      const of = { ...rangeOf(query), serviceId: query.service_id };
      const report = await peakHoursReport(db, await contextOf(c, context), of);
      const hours = report.hours.map((octets, hour) => ({ hour, bytes: Number(octets) }));
      const view = {
        peak_hour: report.peakHour ?? null,
        peak_bytes: Number(report.peakOctets),
        total_bytes: Number(report.totalOctets),
        peak_bps: Number(report.peakBps),
        hours,
      };
      return answerReport(c, view, hours);
    });
}

function successOf(one: {
  readonly sent: bigint;
  readonly successful: bigint;
  readonly successRateBp: number;
}) {
  return { sent: number(one.sent), successful: number(one.successful), success_rate_bp: one.successRateBp };
}
