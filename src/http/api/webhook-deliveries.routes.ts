import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { DELIVERY_STATUSES } from '../../platform/webhooks/webhook.ts';
import {
  pingEndpoint,
  readDeliveries,
  resendDelivery,
  type WebhookDelivery,
} from '../../platform/webhooks/webhook-delivery.service.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, json, openApiApp } from '../openapi.ts';
import { answerList, idOfCursor, listResponse, pageQuery } from '../paging.ts';
import { id, idInput, idParams, instant, number } from '../schemas/values.ts';

const status = z.enum(DELIVERY_STATUSES);

const deliverySchema = z
  .object({
    id,
    topic: z.string(),
    status,
    attempts: z.int(),
    response_status: z.int().nullable(),
    response_ms: z.int().nullable(),
    last_error: z.string().nullable(),
    created_at: instant,
    next_attempt_at: instant.nullable(),
    ended_at: instant.nullable(),
    body: z.unknown(),
  })
  .openapi('WebhookDelivery');

const ACCESS = 'webhooks.manage';
const one = '/api/isp/webhooks/{id}';
const tags = ['Webhooks'];

const list = apiRoute(ACCESS, {
  method: 'get',
  path: `${one}/deliveries`,
  tags,
  summary: 'What was sent to an endpoint and how it went, newest first; kept 30 days',
  request: { params: idParams(), query: z.strictObject({ ...pageQuery, status: status.optional() }) },
  responses: { 200: listResponse(deliverySchema, 'Deliveries.') },
});

const ping = apiRoute(ACCESS, {
  method: 'post',
  path: `${one}/ping`,
  tags,
  summary: 'Send a test (topic webhook.ping)',
  request: { params: idParams() },
  responses: { 202: json(deliverySchema, 'On its way: see the deliveries for what came of it.') },
});

const resend = apiRoute(ACCESS, {
  method: 'post',
  path: `${one}/deliveries/{delivery_id}/resend`,
  tags,
  summary: 'Send a delivery again',
  request: {
    params: idParams().extend({
      delivery_id: idInput().openapi({ param: { name: 'delivery_id', in: 'path' } }),
    }),
  },
  responses: { 202: json(deliverySchema, 'On its way again.') },
});

/** The log of webhooks, tests and repeats. */
export function webhookDeliveryRoutes({ deps, clock }: HttpContext): OpenAPIHono<HttpEnv> {
  const { db } = deps;
  return openApiApp()
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      const { id: endpointId } = c.req.valid('param');
      return answerList(c, query, {
        fetch: ({ after, limit }) => {
          const beforeId = after === undefined ? undefined : idOfCursor(after);
          return readDeliveries(db, { endpointId, status: query.status, beforeId, limit });
        },
        cursorOf: (row) => [row.id],
        item,
      });
    })
    .openapi(ping, async (c) => {
      return c.json(item(await pingEndpoint({ db, clock }, c.req.valid('param').id, actorOf(c))), 202);
    })
    .openapi(resend, async (c) => {
      const { id: endpointId, delivery_id } = c.req.valid('param');
      return c.json(item(await resendDelivery(db, { endpointId, id: delivery_id }, actorOf(c))), 202);
    });
}

function item(row: WebhookDelivery) {
  return {
    id: number(row.id),
    topic: row.topic,
    status: row.status,
    attempts: row.attempts,
    response_status: row.responseStatus,
    response_ms: row.responseMs,
    last_error: row.lastError,
    created_at: row.createdAt.toISOString(),
    next_attempt_at: row.status === 'waiting' ? row.nextAt.toISOString() : null,
    ended_at: row.endedAt?.toISOString() ?? null,
    body: row.body,
  };
}
