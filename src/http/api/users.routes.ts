import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { userIdOf } from '../../platform/identity/principal.ts';
import { removeTotp } from '../../platform/identity/second-factor/second-factor.service.ts';
import {
  type Administrator,
  changeUser,
  createUser,
  disableUser,
  enableUser,
  readUser,
  readUsers,
  signOutUser,
} from '../../platform/identity/user.service.ts';
import { actorOf, principalOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { answerList, idOfCursor, listResponse, pageQuery } from '../paging.ts';
import {
  customerIdInput,
  emailInput,
  passwordInput,
  role,
  userJson,
  userSchema,
} from '../schemas/identity.ts';
import { flagInput, idParams } from '../schemas/values.ts';

const tags = ['Users'];
const access = 'users.manage';
const params = idParams<string>();
const oneUser = { 200: json(userSchema, 'The user.') } as const;
const name = z.string().max(200).nullable().optional();

const list = apiRoute(access, {
  method: 'get',
  path: '/api/isp/users',
  tags,
  summary: 'Staff and customers who may sign in',
  request: {
    query: z.strictObject({
      ...pageQuery,
      role: role.optional(),
      customer_id: customerIdInput.optional(),
      disabled: flagInput.optional(),
      q: z.string().max(200).optional().openapi({ description: 'A part of the e-mail address or name.' }),
    }),
  },
  responses: { 200: listResponse(userSchema, 'Users by id.') },
});

const create = apiRoute(access, {
  method: 'post',
  path: '/api/isp/users',
  tags,
  summary: 'Add a user',
  request: body(
    z.strictObject({
      email: emailInput,
      password: passwordInput,
      role,
      name,
      customer_id: customerIdInput.nullable().optional(),
    }),
  ),
  responses: { 201: json(userSchema, 'Added.') },
});

const get = apiRoute(access, {
  method: 'get',
  path: '/api/isp/users/{id}',
  tags,
  summary: 'One user',
  request: { params },
  responses: oneUser,
});

const patch = apiRoute(access, {
  method: 'patch',
  path: '/api/isp/users/{id}',
  tags,
  summary: 'Change a user',
  description:
    'A new password ends the sessions of the user. Your own role and password cannot be changed here.',
  request: {
    params,
    ...body(
      z.strictObject({
        email: emailInput.optional(),
        password: passwordInput.optional(),
        role: role.optional(),
        name,
        customer_id: customerIdInput.nullable().optional(),
      }),
    ),
  },
  responses: oneUser,
});

const disable = apiRoute(access, {
  method: 'post',
  path: '/api/isp/users/{id}/disable',
  tags,
  summary: 'Close an account at once, with its sessions and tokens',
  description: 'Refused for yourself (409 `own_account`) and for the last administrator (409 `last_admin`).',
  request: { params },
  responses: oneUser,
});

const enable = apiRoute(access, {
  method: 'post',
  path: '/api/isp/users/{id}/enable',
  tags,
  summary: 'Open a closed account again',
  request: { params },
  responses: oneUser,
});

const signOut = apiRoute(access, {
  method: 'post',
  path: '/api/isp/users/{id}/sign-out',
  tags,
  summary: 'End all sessions of a user',
  request: { params },
  responses: { 200: json(z.object({ sessions_ended: z.int() }), 'Ended.') },
});

const resetTotp = apiRoute(access, {
  method: 'delete',
  path: '/api/isp/users/{id}/totp',
  tags,
  summary: 'Remove the second factor of a user who has lost it',
  request: { params },
  responses: { 204: { description: 'Removed, with its recovery codes.' } },
});

/** People who may sign in; there is no way to delete one, because the audit log names them. */
export function userRoutes({ identity }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(list, (c) => {
      const {
        role: withRole,
        customer_id: customerId,
        disabled: isDisabled,
        q: search,
        ...query
      } = c.req.valid('query');
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          readUsers(identity.db, {
            role: withRole,
            customerId,
            isDisabled,
            search,
            limit,
            afterId: after && idOfCursor(after),
          }),
        cursorOf: (user) => [user.id],
        item: userJson,
      });
    })
    .openapi(create, async (c) => {
      const { name: given, customer_id: customerId, ...rest } = c.req.valid('json');
      const fields = { ...rest, name: given ?? undefined, customerId: customerId ?? undefined };
      return c.json(userJson(await createUser(identity, fields, actorOf(c))), 201);
    })
    .openapi(get, async (c) => c.json(userJson(await readUser(identity.db, c.req.valid('param').id)), 200))
    .openapi(patch, async (c) => {
      const { customer_id: customerId, ...rest } = c.req.valid('json');
      const order = { id: c.req.valid('param').id, changes: { ...rest, customerId }, by: administratorOf(c) };
      return c.json(userJson(await changeUser(identity, order)), 200);
    })
    .openapi(disable, async (c) =>
      c.json(userJson(await disableUser(identity, c.req.valid('param').id, administratorOf(c))), 200),
    )
    .openapi(enable, async (c) =>
      c.json(userJson(await enableUser(identity, c.req.valid('param').id, actorOf(c))), 200),
    )
    .openapi(signOut, async (c) =>
      c.json({ sessions_ended: await signOutUser(identity, c.req.valid('param').id, actorOf(c)) }, 200),
    )
    .openapi(resetTotp, async (c) => {
      const { id: userId } = c.req.valid('param');
      await readUser(identity.db, userId);
      await removeTotp(identity, { userId, actor: actorOf(c) });
      return c.body(null, 204);
    });
}

function administratorOf(c: Context<HttpEnv>): Administrator {
  return { actor: actorOf(c), userId: userIdOf(principalOf(c)) };
}
