import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { NasId } from '../../../kernel/ids.ts';
import {
  type RouterHealthView,
  readRouterHealth,
  readRoutersHealth,
} from '../../../network/monitoring/router-polling.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { id, idParams, instant, number, numberOrNull } from '../../schemas/values.ts';

const count = z.int().nullable();

const health = z
  .object({
    nas_id: id,
    name: z.string(),
    host: z
      .string()
      .nullable()
      .openapi({ description: 'null: no API credentials, so its API is not looked at.' }),
    state: z.enum(['unknown', 'up', 'busy', 'silent', 'down']).openapi({
      description: '`silent`: RADIUS is heard, the API does not answer. `down`: neither.',
    }),
    reason: z.string().nullable(),
    warning: z
      .string()
      .nullable()
      .openapi({ description: 'What is wrong about RADIUS, with the line that mends it.' }),
    since: instant.nullable(),
    checked_at: instant.nullable(),
    identity: z.string().nullable(),
    version: z.string().nullable(),
    board_name: z.string().nullable(),
    uptime_s: count,
    cpu_percent: count,
    memory_total_octets: count,
    memory_free_octets: count,
    active_sessions: count,
    latency_ms: count,
    interfaces: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        running: z.boolean(),
        received_octets: z.number(),
        sent_octets: z.number(),
        received_bps: count.openapi({
          description: 'Bits per second, the mean since the look before; null while that is not known.',
        }),
        sent_bps: count,
      }),
    ),
    radius: z
      .object({
        requests: z.number(),
        accepts: z.number(),
        rejects: z.number(),
        resends: z.number(),
        timeouts: z.number(),
        bad_replies: z.number(),
      })
      .nullable()
      .openapi({
        description: "The router's own counters (`/radius monitor`); null: no entry of ours there.",
      }),
    tunnel_handshake_at: instant.nullable(),
  })
  .openapi('RouterHealth');

const history = health.extend({
  samples: z.array(
    z.object({
      at: instant,
      state: z.string(),
      cpu_percent: count,
      active_sessions: count,
      latency_ms: count,
    }),
  ),
});

const list = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/monitoring/routers',
  tags: ['Monitoring'],
  summary: 'The health of every router',
  responses: { 200: json(z.object({ items: z.array(health) }), 'By name.') },
});

const one = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/monitoring/routers/{id}',
  tags: ['Monitoring'],
  summary: 'The health of a router and its past hours',
  request: {
    params: idParams<NasId>(),
    query: z.object({ hours: z.coerce.number().int().min(1).max(720).default(24) }),
  },
  responses: { 200: json(history, 'Samples oldest first, at most 5,000.') },
});

/** How routers are. */
export function routerHealthRoutes({ deps, clock }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(list, async (c) => c.json({ items: (await readRoutersHealth(deps.db)).map(view) }, 200))
    .openapi(one, async (c) => {
      const since = new Date(clock.nowMs() - c.req.valid('query').hours * 3_600_000);
      const found = await readRouterHealth(deps.db, { nasId: c.req.valid('param').id, since });
      const samples = found.samples.map((sample) => ({
        at: sample.at.toISOString(),
        state: sample.state,
        cpu_percent: sample.cpuPercent ?? null,
        active_sessions: sample.activeSessions ?? null,
        latency_ms: sample.latencyMs ?? null,
      }));
      return c.json({ ...view(found.health), samples }, 200);
    });
}

function radiusView({ badReplies, ...counters }: NonNullable<RouterHealthView['radius']>) {
  return { ...counters, bad_replies: badReplies };
}

function view(router: RouterHealthView): z.infer<typeof health> {
  return {
    nas_id: number(router.nasId),
    name: router.name,
    host: router.host ?? null,
    state: router.state,
    reason: router.reason ?? null,
    warning: router.warning ?? null,
    since: router.since?.toISOString() ?? null,
    checked_at: router.checkedAt?.toISOString() ?? null,
    identity: router.identity ?? null,
    version: router.version ?? null,
    board_name: router.boardName ?? null,
    uptime_s: router.uptimeS ?? null,
    cpu_percent: router.cpuPercent ?? null,
    memory_total_octets: numberOrNull(router.memoryTotalOctets),
    memory_free_octets: numberOrNull(router.memoryFreeOctets),
    active_sessions: router.activeSessions ?? null,
    latency_ms: router.latencyMs ?? null,
    interfaces: router.interfaces.map((port) => ({
      name: port.name,
      type: port.type,
      running: port.isRunning,
      received_octets: port.receivedOctets,
      sent_octets: port.sentOctets,
      received_bps: port.receivedBps ?? null,
      sent_bps: port.sentBps ?? null,
    })),
    radius: router.radius === undefined ? null : radiusView(router.radius),
    tunnel_handshake_at: router.tunnelHandshakeAt?.toISOString() ?? null,
  };
}
