import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type Explanation, explainLogin } from '../../../radius/auth/explain.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { instant, instantInput } from '../../schemas/values.ts';

const supposed = {
  username: z.string().min(1).max(253),
  at: instantInput.optional().openapi({ description: 'As if it were then.' }),
  mac: z.string().max(64).optional(),
  nas: z.string().max(64).optional().openapi({ description: 'Name or address of the router.' }),
  method: z.enum(['pap', 'chap', 'mschapv1', 'mschapv2', 'mac', 'eap']).optional(),
} as const;

const explanationSchema = z
  .object({
    username: z.string(),
    outcome: z.enum(['accept', 'walled', 'reject']),
    reason: z.string().nullable(),
    trail: z.array(z.object({ check: z.string(), result: z.string(), sentence: z.string() })),
    reply: z.array(z.object({ name: z.string(), value: z.string() })),
    recent: z.array(
      z.object({
        at: instant,
        outcome: z.string(),
        reason: z.string().nullable(),
        method: z.string(),
        nas: z.string().nullable(),
        mac: z.string().nullable(),
        failed_check: z.string().nullable(),
      }),
    ),
  })
  .openapi('Explanation');

const route = {
  path: '/api/isp/radius/explain' as const,
  tags: ['RADIUS'],
  description: 'Nothing is sent, counted or bound; what is left out is taken as right.',
  responses: { 200: json(explanationSchema, 'Every check, the exact reply, and the latest real logins.') },
};

const explain = apiRoute('network.read', {
  ...route,
  method: 'get',
  summary: 'What a login would come to, check by check',
  request: {
    query: z.strictObject({
      ...supposed,
      used_bytes: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    }),
  },
});

const explainWithPassword = apiRoute('network.read', {
  ...route,
  method: 'post',
  summary: 'The same with a password to check, which has no place in an address',
  request: body(
    z.strictObject({
      ...supposed,
      password: z.string().max(512).optional(),
      used_bytes: z.int().min(0).optional(),
    }),
  ),
});

type Supposed = z.output<z.ZodObject<typeof supposed>> & {
  readonly used_bytes?: number | undefined;
  readonly password?: string | undefined;
};

/** A login taken apart without one. */
export function explainRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  const answer = async ({ username, password, mac, nas, method, at, used_bytes: usedOctets }: Supposed) => {
    const explained = await explainLogin(deps.db, deps.box, deps.clock, {
      username,
      ...(password === undefined ? {} : { password }),
      ...(mac === undefined ? {} : { mac }),
      ...(nas === undefined ? {} : { nas }),
      ...(method === undefined ? {} : { method }),
      ...(at === undefined ? {} : { at: at.toISOString() }),
      ...(usedOctets === undefined ? {} : { usedOctets }),
    });
    return view(username, explained);
  };
  return openApiApp()
    .openapi(explain, async (c) => c.json(await answer(c.req.valid('query')), 200))
    .openapi(explainWithPassword, async (c) => c.json(await answer(c.req.valid('json')), 200));
}

function view(username: string, explained: Explanation): z.output<typeof explanationSchema> {
  return {
    username,
    outcome: explained.outcome,
    reason: explained.reason ?? null,
    trail: [...explained.trail],
    reply: explained.reply.map(({ name, value }) => ({ name, value: String(value) })),
    recent: explained.recent.map(({ failedCheck, ...login }) => ({ ...login, failed_check: failedCheck })),
  };
}
