import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { NasId } from '../../../kernel/ids.ts';
import { adoptSecrets } from '../../../network/import/adopt-secrets.service.ts';
import { fixDrift, readDrift } from '../../../network/provisioning/router-drift.service.ts';
import type { DriftItem } from '../../../network/provisioning/router-drift.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { id, idParams, numberOrNull } from '../../schemas/values.ts';

const item = z
  .object({
    key: z.string().openapi({ description: 'Names the item in a fix.' }),
    kind: z.enum(['session', 'secret']),
    difference: z.enum(['only_on_router', 'only_in_database', 'different']),
    username: z.string(),
    session_id: id.nullable(),
    service_id: id.nullable(),
    detail: z.string(),
    fix: z.enum(['coa', 'end_on_router', 'doubt', 'none']).openapi({
      description:
        'What a fix does. `doubt`: the session becomes uncertain; accounting decides whether it is over.',
    }),
    can_adopt: z
      .boolean()
      .openapi({ description: 'A secret made by hand that `drift/adopt` can take over.' }),
  })
  .openapi('DriftItem');

const params = idParams<NasId>();

const read = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/nas/{id}/drift',
  tags: ['Routers'],
  summary: 'Compare a router with the database, now',
  request: { params },
  responses: { 200: json(z.object({ items: z.array(item) }), 'Every difference; none is an empty list.') },
});

const fix = apiRoute('network.write', {
  method: 'post',
  path: '/api/isp/nas/{id}/drift/fix',
  tags: ['Routers'],
  summary: 'Mend differences between a router and the database: those named, or all that can be',
  request: {
    params,
    body: {
      required: false,
      content: {
        'application/json': { schema: z.strictObject({ keys: z.array(z.string()).max(10_000).optional() }) },
      },
    },
  },
  responses: {
    200: json(z.object({ items: z.array(item.extend({ outcome: z.string() })) }), 'What became of each.'),
  },
});

const adopt = apiRoute('network.write', {
  method: 'post',
  path: '/api/isp/nas/{id}/drift/adopt',
  tags: ['Routers'],
  summary: 'Take over secrets made by hand: a service of each, kept on this router from now on',
  description:
    'A secret without a service becomes one, on the package of its profile, as an import that can be undone. The secret ' +
    'gets the comment of its service, and the service the mode `local`. Passwords that are hidden, or another than the ' +
    "service has, are left with the reason: nobody's password changes.",
  request: {
    params,
    ...body(z.strictObject({ keys: z.array(z.string()).min(1).max(10_000).optional() })),
  },
  responses: {
    200: json(
      z.object({
        import_id: id.nullable(),
        items: z.array(
          z.object({
            username: z.string(),
            service_id: id.nullable(),
            adopted: z.boolean(),
            outcome: z.string(),
          }),
        ),
      }),
      'What became of each.',
    ),
  },
});

/** Differences between routers and the database. */
export function routerDriftRoutes({ deps, routers }: HttpContext): OpenAPIHono<HttpEnv> {
  const drift = { ...deps, router: routers.router };
  return openApiApp()
    .openapi(read, async (c) =>
      c.json({ items: (await readDrift(drift, c.req.valid('param').id)).map(view) }, 200),
    )
    .openapi(fix, async (c) => {
      const keys = c.req.valid('json')?.keys;
      const fixed = await fixDrift(drift, { nasId: c.req.valid('param').id, keys });
      return c.json({ items: fixed.map((one) => ({ ...view(one), outcome: one.outcome })) }, 200);
    })
    .openapi(adopt, async (c) => {
      const { keys } = c.req.valid('json');
      const order = { nasId: c.req.valid('param').id, keys, actor: actorOf(c) };
      const { importId, secrets } = await adoptSecrets(drift, order);
      const items = secrets.map(({ username, serviceId, isAdopted, outcome }) => ({
        username,
        service_id: numberOrNull(serviceId),
        adopted: isAdopted,
        outcome,
      }));
      return c.json({ import_id: numberOrNull(importId), items }, 200);
    });
}

function view(one: DriftItem): z.infer<typeof item> {
  return {
    key: one.key,
    kind: one.kind,
    difference: one.difference,
    username: one.username,
    session_id: numberOrNull(one.sessionId),
    service_id: numberOrNull(one.serviceId),
    detail: one.detail,
    fix: one.fix,
    can_adopt: one.canAdopt,
  };
}
