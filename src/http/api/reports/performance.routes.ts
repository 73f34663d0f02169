import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { PERFORMANCE_NAMES, readPerformance } from '../../../reports/figures/performance.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, openApiApp } from '../../openapi.ts';
import { answerList, listResponse, pageQuery } from '../../paging.ts';
import { id, instant, number } from '../../schemas/values.ts';
import { beforeIdOf, contextOf, instantOf } from '../billing/billing-requests.ts';
import { moneyQuery, rangeOf } from './report-parts.ts';

const metricSchema = z
  .object({
    id,
    name: z.enum(PERFORMANCE_NAMES),
    at: instant.openapi({ description: 'The first instant of the local date.' }),
    currency: z.string().nullable().openapi({ description: 'Null for counts.' }),
    value: z.int(),
  })
  .openapi('PerformanceMetric');

const list = apiRoute('reports.read', {
  method: 'get',
  path: '/api/isp/reports/performance',
  tags: ['Reports'],
  summary: 'How the business stood day by day, newest first',
  description: 'Kept by `record-performance` each night: what no report can work out later.',
  request: {
    query: z.strictObject({ ...pageQuery, ...moneyQuery, name: z.enum(PERFORMANCE_NAMES).optional() }),
  },
  responses: { 200: listResponse(metricSchema, 'Figures of days.') },
});

/** The history of figures that cannot be worked out later. */
export function performanceRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(list, async (c) => {
    const query = c.req.valid('query');
    rangeOf(query);
    const ctx = await contextOf(c, context);
    const { name, currency } = query;
    const filter = { name, currency, from: instantOf(ctx, query.from), to: instantOf(ctx, query.to) };
    return answerList(c, query, {
      fetch: ({ after, limit }) =>
        readPerformance(context.deps.db, { ...filter, limit, beforeId: beforeIdOf(after) }),
      cursorOf: (one) => [one.id],
      item: (one) => ({
        id: number(one.id),
        name: one.name,
        at: one.at.toISOString(),
        currency: one.currency === '' ? null : one.currency,
        value: number(one.value),
      }),
    });
  });
}
