import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { NasId, ServiceId } from '../../../kernel/ids.ts';
import {
  type ModeView,
  readServiceMode,
  setServiceMode,
} from '../../../network/provisioning/service-mode.service.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { id, idInput, idParams, instant, number } from '../../schemas/values.ts';

const PPP_SERVICES = ['any', 'async', 'l2tp', 'ovpn', 'pppoe', 'pptp', 'sstp'] as const;

const view = z
  .object({
    mode: z.enum(['radius', 'local']).openapi({
      description:
        '`radius`: nothing is stored on the router. `local`: its PPP secret or IPoE queue is kept there.',
    }),
    nas_id: id.nullable(),
    kind: z.enum(['ppp', 'ipoe']).nullable(),
    ppp_service: z.string().nullable(),
    state: z.enum(['pending', 'applying', 'applied', 'leaving']).nullable(),
    applied_at: instant.nullable(),
    tries: z.int().nullable(),
    outcome: z.string().nullable().openapi({ description: 'What came of the last try, in words.' }),
    next_try_at: instant.nullable(),
  })
  .openapi('ServiceMode');

const input = z
  .discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('radius') }),
    z.strictObject({
      mode: z.literal('local'),
      nas_id: idInput<NasId>(),
      kind: z.enum(['ppp', 'ipoe']).default('ppp'),
      ppp_service: z.enum(PPP_SERVICES).default('any'),
    }),
  ])
  .openapi('ServiceModeInput');

const path = '/api/isp/services/{id}/mode';
const params = idParams<ServiceId>();

const read = apiRoute('services.read', {
  method: 'get',
  path,
  tags: ['Services'],
  summary: 'How a service is enforced, and how far its router is',
  request: { params },
  responses: { 200: json(view, 'The mode.') },
});

const set = apiRoute('services.write', {
  method: 'put',
  path,
  tags: ['Services'],
  summary: 'Enforce a service by RADIUS alone, or keep it on its router',
  request: { params, ...body(input) },
  responses: { 200: json(view, 'The mode; the router follows within seconds.') },
});

/** Where a service is kept: here alone, or on its router too. */
export function serviceModeRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(read, async (c) => c.json(answer(await readServiceMode(deps.db, c.req.valid('param').id)), 200))
    .openapi(set, async (c) => {
      const given = c.req.valid('json');
      const mode =
        given.mode === 'radius'
          ? given
          : { mode: given.mode, nasId: given.nas_id, kind: given.kind, pppService: given.ppp_service };
      const order = { serviceId: c.req.valid('param').id, mode, actor: actorOf(c) };
      return c.json(answer(await setServiceMode(deps.db, order)), 200);
    });
}

function answer({ mode, provision }: ModeView): z.infer<typeof view> {
  return {
    mode,
    nas_id: provision === undefined ? null : number(provision.nasId),
    kind: provision?.kind ?? null,
    ppp_service: provision?.pppService ?? null,
    state: provision === undefined ? null : provision.isLeaving ? 'leaving' : provision.state,
    applied_at: provision?.appliedAt?.toISOString() ?? null,
    tries: provision?.tries ?? null,
    outcome: provision?.outcome ?? null,
    next_try_at:
      provision === undefined || provision.state === 'applied' ? null : provision.nextTryAt.toISOString(),
  };
}
