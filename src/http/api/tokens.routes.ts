import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  createApiToken,
  endApiToken,
  readApiTokens,
} from '../../platform/identity/tokens/api-token.service.ts';
import type { ApiToken } from '../../platform/identity/tokens/api-token.ts';
import { actorOf, principalOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { answerList, idOfCursor, listResponse, pageQuery } from '../paging.ts';
import { permission } from '../schemas/identity.ts';
import { id, idParams, instant, instantInput, number } from '../schemas/values.ts';

const tags = ['Users'];
const access = 'tokens.manage';
const params = idParams<string>();

const tokenSchema = z
  .object({
    id,
    name: z.string(),
    prefix: z.string().openapi({ description: 'How the token begins.' }),
    scopes: z.array(permission),
    made_by: z.string(),
    created_at: instant,
    expires_at: instant.nullable(),
    last_used_at: instant.nullable().openapi({ description: 'To the minute.' }),
    revoked_at: instant.nullable(),
  })
  .openapi('ApiToken');

const list = apiRoute(access, {
  method: 'get',
  path: '/api/isp/tokens',
  tags,
  summary: 'Tokens of scripts, ended ones included',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: listResponse(tokenSchema, 'Tokens by id.') },
});

const create = apiRoute(access, {
  method: 'post',
  path: '/api/isp/tokens',
  tags,
  summary: 'Make a token for a script',
  description: 'It may do what its scopes say, and never more than its maker; it ends with its maker.',
  request: body(
    z.strictObject({
      name: z.string().trim().min(1).max(100),
      scopes: z.array(permission).min(1),
      expires_at: instantInput
        .nullable()
        .optional()
        .openapi({ description: 'A year from now when absent; null for a token that does not expire.' }),
    }),
  ),
  responses: {
    201: json(
      tokenSchema.extend({ token: z.string() }).openapi('NewApiToken'),
      'Made; `token` is never shown again.',
    ),
  },
});

const revoke = apiRoute(access, {
  method: 'delete',
  path: '/api/isp/tokens/{id}',
  tags,
  summary: 'End a token at once',
  request: { params },
  responses: { 204: { description: 'Ended.' } },
});

/** Tokens of scripts. */
export function tokenRoutes({ identity }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(list, (c) =>
      answerList(c, c.req.valid('query'), {
        fetch: ({ after, limit }) => readApiTokens(identity, { afterId: after && idOfCursor(after), limit }),
        cursorOf: (token) => [token.id],
        item: tokenJson,
      }),
    )
    .openapi(create, async (c) => {
      const { name, scopes, expires_at: expiresAt } = c.req.valid('json');
      const made = { maker: principalOf(c), actor: actorOf(c) };
      const created = await createApiToken(identity, { name, scopes, expiresAt }, made);
      return c.json({ ...tokenJson(created), token: created.token }, 201);
    })
    .openapi(revoke, async (c) => {
      await endApiToken(identity, c.req.valid('param').id, actorOf(c));
      return c.body(null, 204);
    });
}

function tokenJson(token: ApiToken): z.input<typeof tokenSchema> {
  return {
    id: number(token.id),
    name: token.name,
    prefix: token.prefix,
    scopes: [...token.scopes],
    made_by: token.makerEmail,
    created_at: token.createdAt.toISOString(),
    expires_at: token.expiresAt?.toISOString() ?? null,
    last_used_at: token.lastUsedAt?.toISOString() ?? null,
    revoked_at: token.revokedAt?.toISOString() ?? null,
  };
}
