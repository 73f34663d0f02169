import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { NasId } from '../../../kernel/ids.ts';
import {
  type ConnectionView,
  readConnection,
  removeConnection,
  setConnection,
} from '../../../network/connection/mikrotik-connection.service.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { id, idParams, instant, number } from '../../schemas/values.ts';

const view = z
  .object({
    nas_id: id,
    host: z.string(),
    port: z.int(),
    username: z.string(),
    tls: z.boolean(),
    fingerprint: z
      .string()
      .nullable()
      .openapi({ description: 'SHA-256 of the certificate the router must show.' }),
    fingerprint_learnt_at: instant.nullable(),
    poll_interval_s: z.int(),
  })
  .openapi('NasApi');

const input = z
  .strictObject({
    host: z.string().max(253).optional().openapi({ description: 'Default: the address of the NAS.' }),
    port: z.int().optional().openapi({ description: 'Default 8728, or 8729 with TLS.' }),
    username: z.string().optional(),
    password: z.string().optional(),
    tls: z.boolean().optional(),
    fingerprint: z
      .string()
      .nullable()
      .optional()
      .openapi({ description: 'null forgets the pinned certificate.' }),
    poll_interval_s: z.int().optional(),
  })
  .openapi('NasApiInput', { description: 'What is left out stays as it is.' });

const path = '/api/isp/nas/{id}/api';
const params = idParams<NasId>();
const tags = ['Routers'];

const read = apiRoute('network.read', {
  method: 'get',
  path,
  tags,
  summary: 'How the RouterOS API of a router is reached',
  request: { params },
  responses: { 200: json(view, 'Without its password.') },
});

const set = apiRoute('network.write', {
  method: 'put',
  path,
  tags,
  summary: 'Set how the RouterOS API of a router is reached',
  request: { params, ...body(input) },
  responses: { 200: json(view, 'As it is kept now.') },
});

const remove = apiRoute('network.write', {
  method: 'delete',
  path,
  tags,
  summary: 'Forget how the RouterOS API of a router is reached',
  request: { params },
  responses: { 204: { description: 'Forgotten.' } },
});

/** The API credentials of routers. */
export function nasApiRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(read, async (c) => c.json(answer(await readConnection(deps, c.req.valid('param').id)), 200))
    .openapi(set, async (c) => {
      const { poll_interval_s: pollIntervalS, ...rest } = c.req.valid('json');
      const order = { nasId: c.req.valid('param').id, input: { ...rest, pollIntervalS }, actor: actorOf(c) };
      return c.json(answer(await setConnection(deps, order)), 200);
    })
    .openapi(remove, async (c) => {
      await removeConnection(deps, { nasId: c.req.valid('param').id, actor: actorOf(c) });
      return c.body(null, 204);
    });
}

function answer(one: ConnectionView): z.infer<typeof view> {
  return {
    nas_id: number(one.nasId),
    host: one.host,
    port: one.port,
    username: one.username,
    tls: one.tls,
    fingerprint: one.fingerprint ?? null,
    fingerprint_learnt_at: one.fingerprintLearntAt?.toISOString() ?? null,
    poll_interval_s: one.pollIntervalS,
  };
}
