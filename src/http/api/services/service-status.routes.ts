import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ServiceId } from '../../../kernel/ids.ts';
import { readServiceNetwork } from '../../../network/enforcement/service-network.service.ts';
import { SERVICE_STATUSES } from '../../../subscribers/service-status.ts';
import { readService } from '../../../subscribers/services/reading.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { id, idParams, instant, number } from '../../schemas/values.ts';
import { sessionSchema, sessionView } from './network-schemas.ts';

const statusSchema = z
  .object({
    id,
    username: z.string(),
    status: z.enum(SERVICE_STATUSES),
    reason: z.string().nullable(),
    expires_at: instant.nullable(),
    online: z.boolean(),
    ip: z.string().nullable().openapi({ description: 'Of the latest live session.' }),
    session: sessionSchema.nullable().openapi({ description: 'The latest live one.' }),
    sessions: z.array(sessionSchema),
    rate_limit: z
      .string()
      .nullable()
      .openapi({ description: 'In force by the data; null = unlimited or none.' }),
    desired: z.object({
      access: z.enum(['none', 'walled', 'throttled', 'full']),
      rate_limit: z.string().nullable(),
    }),
    enforced: z.boolean().nullable().openapi({
      description: 'Whether the live sessions have what is desired; null without one.',
    }),
    waiting: z.array(
      z.object({
        kind: z.enum(['coa', 'disconnect']),
        cause: z.string(),
        nas: z.string().nullable(),
        session_id: id,
        tries: z.int(),
        last_outcome: z.string().nullable(),
        since: instant,
      }),
    ),
  })
  .openapi('ServiceStatus');

const status = apiRoute('services.read', {
  method: 'get',
  path: '/api/isp/mikrotik/services/{id}/status',
  tags: ['Services'],
  summary: 'State, sessions, address and rate of a service; what is desired against what is enforced',
  request: { params: idParams<ServiceId>() },
  responses: { 200: json(statusSchema, 'The service on the network.') },
});

/** A service as it is on the network. */
export function serviceStatusRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(status, async (c) => {
    const service = await readService(deps.db, { id: c.req.valid('param').id });
    const network = await readServiceNetwork(deps.db, {
      serviceId: service.id,
      nowMs: deps.clock.nowMs(),
    });
    const { desired } = network;
    const rateLimit = 'rateLimit' in desired ? (desired.rateLimit ?? null) : null;
    const sessions = network.sessions.map(sessionView);
    const [latest] = sessions;
    return c.json(
      {
        id: number(service.id),
        username: service.username,
        status: service.status,
        reason: service.reason ?? null,
        expires_at: service.expiresAt?.toISOString() ?? null,
        online: latest !== undefined,
        ip: latest?.ip ?? null,
        session: latest ?? null,
        sessions,
        rate_limit: rateLimit,
        desired: { access: desired.access, rate_limit: rateLimit },
        enforced: network.isEnforced ?? null,
        waiting: network.waiting.map((order) => ({
          kind: order.kind,
          cause: order.cause,
          nas: order.nasName ?? null,
          session_id: number(order.sessionId),
          tries: order.tries,
          last_outcome: order.outcome ?? null,
          since: order.createdAt.toISOString(),
        })),
      },
      200,
    );
  });
}
