import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Temporal } from 'temporal-polyfill';
import { readBillingContext } from '../../billing/billing-context.service.ts';
import { acknowledgeAlert, readAlerts, type UsageAlert } from '../../billing/quota/alert-list.service.ts';
import { inBilling } from '../../billing/use-case.service.ts';
import { AppError } from '../../kernel/errors.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import { localDate as dateOf } from '../../subscribers/period.ts';
import { actorOf, principalOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, json, openApiApp } from '../openapi.ts';
import { answerList, idOfCursor, listResponse, pageQuery } from '../paging.ts';
import { boundary, id, idInput, idParams, instant, number } from '../schemas/values.ts';

const alertSchema = z
  .object({
    id,
    service_id: id,
    period_start: boundary,
    threshold: z.int().openapi({ example: 80, description: 'Per cent of the allowance.' }),
    used_bytes: z.int(),
    allowance_bytes: z.int(),
    acknowledged: z.boolean(),
    raised_at: instant,
  })
  .openapi('UsageAlert');

const list = apiRoute(['services.read', 'own.read'], {
  method: 'get',
  path: '/api/isp/monitoring/alerts/{service_id}',
  tags: ['Monitoring'],
  summary: 'Alerts about the allowance of a service, the newest first',
  description: 'Raised once per period at 80 and at 100 per cent. Customers see those of their own services.',
  request: {
    params: z.object({
      service_id: idInput<ServiceId>().openapi({ param: { name: 'service_id', in: 'path' } }),
    }),
    query: z.strictObject(pageQuery),
  },
  responses: { 200: listResponse(alertSchema, 'Its alerts.') },
});

const acknowledge = apiRoute('services.write', {
  method: 'post',
  path: '/api/isp/monitoring/alerts/{id}/acknowledge',
  tags: ['Monitoring'],
  summary: 'Mark an alert as seen',
  request: { params: idParams<string>() },
  responses: { 200: json(alertSchema, 'The alert.') },
});

/** Alerts about allowances. */
export function usageAlertRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(list, async (c) => {
      const { service_id: serviceId } = c.req.valid('param');
      const { settings } = await readBillingContext(deps.db, deps.clock, actorOf(c));
      const owner = ownerOf(c);
      return answerList(c, c.req.valid('query'), {
        fetch: ({ after, limit }) => {
          const beforeId = after && idOfCursor(after);
          return readAlerts(deps.db, { serviceId, owner, beforeId, limit });
        },
        cursorOf: (alert) => [alert.id],
        item: (alert) => alertJson(alert, settings.isp_timezone),
      });
    })
    .openapi(acknowledge, async (c) => {
      const alert = await inBilling(deps, actorOf(c), async (tx, ctx) => ({
        zone: ctx.settings.isp_timezone,
        of: await acknowledgeAlert(tx, ctx, c.req.valid('param').id),
      }));
      return c.json(alertJson(alert.of, alert.zone), 200);
    });
}

/** Whose services somebody may see; undefined = everybody's. */
function ownerOf(c: Context<HttpEnv>): CustomerId | undefined {
  const { permissions, customerId } = principalOf(c);
  if (permissions.has('services.read')) return undefined;
  if (customerId !== undefined) return customerId;
  throw new AppError('forbidden', 'forbidden', 'This account belongs to no customer.');
}

function alertJson(alert: UsageAlert, timeZone: string): z.output<typeof alertSchema> {
  const startAt = Temporal.Instant.fromEpochMilliseconds(alert.periodStartAt.getTime());
  return {
    id: number(alert.id),
    service_id: number(alert.serviceId),
    period_start: alert.isPrepaid ? alert.periodStartAt.toISOString() : dateOf(startAt, timeZone).toString(),
    threshold: alert.threshold,
    used_bytes: Number(alert.usedOctets),
    allowance_bytes: Number(alert.allowanceOctets),
    acknowledged: alert.acknowledged,
    raised_at: alert.raisedAt.toISOString(),
  };
}
