import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { NasId } from '../../../kernel/ids.ts';
import { readNas } from '../../../network/nas/nas-reading.service.ts';
import {
  endShadow,
  readComparisons,
  readShadow,
  setShadow,
} from '../../../network/nas/nas-shadow.service.ts';
import { SHADOW_MODES, type ShadowComparison, type ShadowView } from '../../../network/nas/nas-shadow.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { answerList, listResponse, pageQuery } from '../../paging.ts';
import { idParams, instant } from '../../schemas/values.ts';
import { secretInput } from './nas-schemas.ts';

const tags = ['Routers'];
const path = '/api/isp/nas/{id}/shadow';
const params = idParams<NasId>();
const port = z.int().min(1).max(65_535);

const shadowSchema = z
  .object({
    mode: z.enum(['live', ...SHADOW_MODES]).openapi({
      description:
        '`live`: logins are answered here. `shadow`: they are forwarded to the old server, whose answer the router ' +
        'gets; ours is compared with it. `accounting_only`: logins get no answer here, accounting is taken.',
    }),
    server: z.string().nullable(),
    auth_port: z.int().nullable(),
    acct_port: z.int().nullable(),
    timeout_ms: z.int().nullable(),
    since: instant.nullable(),
    same: z.int().openapi({ description: 'Login names whose last login would have been answered alike.' }),
    different: z.int(),
    silent: z.int().openapi({ description: 'Login names the old server left without an answer.' }),
  })
  .openapi('NasShadow');

const answerPart = z.record(z.string(), z.string());
const comparisonSchema = z
  .object({
    username: z.string(),
    outcome: z.enum(['same', 'different', 'silent']),
    differences: z.array(z.string()),
    ours: answerPart.openapi({ example: { outcome: 'accept', rate: '5M/20M', pool: 'pool-a' } }),
    theirs: answerPart,
    count: z.int(),
    last_at: instant,
  })
  .openapi('ShadowComparison');

const read = apiRoute('network.read', {
  method: 'get',
  path,
  tags,
  summary: 'Whether a router is live, and how its logins compare',
  request: { params },
  responses: { 200: json(shadowSchema, 'How it is served.') },
});

const put = apiRoute('network.write', {
  method: 'put',
  path,
  tags,
  summary: 'Serve a router in the shadow of its old server',
  description:
    'Add this server to the old one as a client with `secret` first. Takes effect within a second, for this router alone. ' +
    'Accounting is counted here and copied to the old server; nothing is disconnected or changed by CoA.',
  request: {
    params,
    ...body(
      z.strictObject({
        mode: z.enum(SHADOW_MODES),
        server: z.string().max(45).optional(),
        auth_port: port.optional(),
        acct_port: port.optional(),
        secret: secretInput.optional(),
        timeout_ms: z.int().min(300).max(30_000).optional(),
      }),
    ),
  },
  responses: { 200: json(shadowSchema, 'How it is served now.') },
});

const remove = apiRoute('network.write', {
  method: 'delete',
  path,
  tags,
  summary: 'Make a router live: its logins are answered from here',
  request: { params },
  responses: { 200: json(shadowSchema, 'It is live.') },
});

const differences = apiRoute('network.read', {
  method: 'get',
  path: `${path}/logins`,
  tags,
  summary: 'How logins compared with the old server: the report before a router is made live',
  request: {
    params,
    query: z.strictObject({ ...pageQuery, outcome: comparisonSchema.shape.outcome.optional() }),
  },
  responses: { 200: listResponse(comparisonSchema, 'The last login of each name.') },
});

/** Routers on their way from an old server to this one. */
export function nasShadowRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  const show = async (id: NasId) => {
    await readNas(deps.db, id);
    return shadowJson(await readShadow(deps.db, id));
  };
  return openApiApp()
    .openapi(read, async (c) => c.json(await show(c.req.valid('param').id), 200))
    .openapi(put, async (c) => {
      const { id } = c.req.valid('param');
      const { mode, server, secret, ...rest } = c.req.valid('json');
      const input = {
        ...{ mode, server, secret },
        authPort: rest.auth_port,
        acctPort: rest.acct_port,
        timeoutMs: rest.timeout_ms,
      };
      await setShadow(deps, { id, actor: actorOf(c), input });
      return c.json(await show(id), 200);
    })
    .openapi(remove, async (c) => {
      const { id } = c.req.valid('param');
      await endShadow(deps, { id, actor: actorOf(c) });
      return c.json(await show(id), 200);
    })
    .openapi(differences, async (c) => {
      const query = c.req.valid('query');
      const { id: nasId } = c.req.valid('param');
      await readNas(deps.db, nasId);
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          readComparisons(deps.db, {
            nasId,
            outcome: query.outcome,
            after: after && String(after[0]),
            limit,
          }),
        cursorOf: (row) => [row.username],
        item: comparisonJson,
      });
    });
}

function shadowJson(shadow: ShadowView | undefined): z.infer<typeof shadowSchema> {
  return {
    mode: shadow?.mode ?? 'live',
    server: shadow?.server ?? null,
    auth_port: shadow?.authPort ?? null,
    acct_port: shadow?.acctPort ?? null,
    timeout_ms: shadow?.timeoutMs ?? null,
    since: shadow?.since.toISOString() ?? null,
    ...(shadow?.counts ?? { same: 0, different: 0, silent: 0 }),
  };
}

function comparisonJson({ lastAt, ...one }: ShadowComparison): z.infer<typeof comparisonSchema> {
  return {
    ...one,
    differences: [...one.differences],
    ours: { ...one.ours },
    theirs: { ...one.theirs },
    last_at: lastAt.toISOString(),
  };
}
