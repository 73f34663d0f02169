import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { EVENT_TOPICS } from '../../platform/events/event.ts';
import {
  changeEndpoint,
  createEndpoint,
  readEndpoint,
  readEndpoints,
  removeEndpoint,
  rotateSecret,
  type WebhookEndpoint,
} from '../../platform/webhooks/webhook.service.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { id, idParams, instant, number } from '../schemas/values.ts';
import { expectedVersion, tagVersion } from '../versions.ts';

const webhookSchema = z
  .object({
    id,
    url: z.string().openapi({ example: 'https://crm.example.net/hooks/netflow' }),
    description: z.string().nullable(),
    topics: z.array(z.string()).openapi({ description: 'None means all.', example: ['service.suspended'] }),
    disabled: z.boolean(),
    version: z.int(),
    created_at: instant,
  })
  .openapi('Webhook');

const secret = z.string().openapi({
  description: 'Signs every delivery; shown now and never again.',
  example: 'whsec_9J8...',
});

const fields = {
  url: z.string().max(2_000),
  description: z.string().max(200).nullable().optional(),
  topics: z
    .array(z.string())
    .max(100)
    .optional()
    .openapi({ description: `None means all. There are ${EVENT_TOPICS.join(', ')}.` }),
};

const ACCESS = 'webhooks.manage';
const path = '/api/isp/webhooks';
const one = `${path}/{id}` as const;
const tags = ['Webhooks'];

const list = apiRoute(ACCESS, {
  method: 'get',
  path,
  tags,
  summary: 'The endpoints events are told to',
  responses: {
    200: json(z.object({ items: z.array(webhookSchema), next_cursor: z.null() }), 'All endpoints.'),
  },
});

const create = apiRoute(ACCESS, {
  method: 'post',
  path,
  tags,
  summary: 'Add an endpoint',
  description:
    'Each delivery is a POST of {id, topic, occurred_at, data} with the headers X-NetFlow-Delivery, X-NetFlow-Topic, ' +
    'X-NetFlow-Timestamp (seconds) and X-NetFlow-Signature: v1= and the hexadecimal HMAC-SHA256 of ' +
    'timestamp.body under the secret. Answer 2xx within 10 s; anything else is tried again for a day. Deliveries ' +
    'may come twice and in any order: take each id once.',
  request: body(z.strictObject(fields)),
  responses: { 201: json(webhookSchema.extend({ secret }), 'The endpoint, with its secret.') },
});

const get = apiRoute(ACCESS, {
  method: 'get',
  path: one,
  tags,
  summary: 'One endpoint',
  request: { params: idParams() },
  responses: { 200: json(webhookSchema, 'The endpoint.') },
});

const change = apiRoute(ACCESS, {
  method: 'patch',
  path: one,
  tags,
  summary: 'Change an endpoint; what is left out stays',
  description: 'A disabled endpoint gets nothing new; what waits for it goes on when it is enabled again.',
  request: {
    params: idParams(),
    ...body(z.strictObject({ ...fields, url: fields.url.optional(), disabled: z.boolean().optional() })),
  },
  responses: { 200: json(webhookSchema, 'The endpoint.') },
});

const remove = apiRoute(ACCESS, {
  method: 'delete',
  path: one,
  tags,
  summary: 'Remove an endpoint with its log',
  request: { params: idParams() },
  responses: { 204: { description: 'Gone.' } },
});

const rotate = apiRoute(ACCESS, {
  method: 'post',
  path: `${one}/rotate-secret`,
  tags,
  summary: 'Make a new secret, in force at once',
  request: { params: idParams() },
  responses: { 200: json(z.object({ secret }), 'The new secret.') },
});

/** Endpoints of webhooks as administrators manage them. */
export function webhookRoutes({ deps, clock }: HttpContext): OpenAPIHono<HttpEnv> {
  const { db } = deps;
  const webhookDeps = { db, box: deps.box, clock };
  return openApiApp()
    .openapi(list, async (c) =>
      c.json({ items: (await readEndpoints(db)).map(item), next_cursor: null }, 200),
    )
    .openapi(create, async (c) => {
      const made = await createEndpoint(webhookDeps, c.req.valid('json'), actorOf(c));
      tagVersion(c, made.endpoint.version);
      return c.json({ ...item(made.endpoint), secret: made.secret }, 201);
    })
    .openapi(get, async (c) => {
      const endpoint = await readEndpoint(db, c.req.valid('param').id);
      tagVersion(c, endpoint.version);
      return c.json(item(endpoint), 200);
    })
    .openapi(change, async (c) => {
      const order = { input: c.req.valid('json'), expectedVersion: expectedVersion(c), actor: actorOf(c) };
      const endpoint = await changeEndpoint(webhookDeps, c.req.valid('param').id, order);
      tagVersion(c, endpoint.version);
      return c.json(item(endpoint), 200);
    })
    .openapi(remove, async (c) => {
      await removeEndpoint(db, c.req.valid('param').id, actorOf(c));
      return c.body(null, 204);
    })
    .openapi(rotate, async (c) => {
      return c.json({ secret: await rotateSecret(webhookDeps, c.req.valid('param').id, actorOf(c)) }, 200);
    });
}

function item({ id: number_, url, description, topics, disabledAt, version, createdAt }: WebhookEndpoint) {
  return {
    id: number(number_),
    url,
    description,
    topics: [...topics],
    disabled: disabledAt !== null,
    version,
    created_at: createdAt.toISOString(),
  };
}
