import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { changeOwnPassword } from '../../../platform/identity/password-change.service.ts';
import { userIdOf } from '../../../platform/identity/principal.ts';
import { refreshSession, signOut } from '../../../platform/identity/sessions/session.service.ts';
import { signIn } from '../../../platform/identity/sessions/sign-in.service.ts';
import { readUser } from '../../../platform/identity/user.service.ts';
import { originOf, personOf, principalOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import {
  emailInput,
  passwordInput,
  permission,
  signedInJson,
  signedInSchema,
  userJson,
  userSchema,
} from '../../schemas/identity.ts';

const tags = ['Sign-in'];
const done = { description: 'Done.' } as const;

const login = apiRoute('public', {
  method: 'post',
  path: '/api/auth/login',
  tags,
  summary: 'Sign in',
  description:
    'Answers 401 `totp_required` when the account has a second factor and `totp` is missing; `totp` takes a code ' +
    'of the authenticator app or a recovery code. Ten failures of one account from one address within 15 minutes ' +
    'lock that pair out (429 `locked_out`); the audit log says so once.',
  request: body(
    z.strictObject({ email: emailInput, password: passwordInput, totp: z.string().max(32).optional() }),
  ),
  responses: { 200: json(signedInSchema, 'Signed in.') },
});

const refresh = apiRoute('public', {
  method: 'post',
  path: '/api/auth/refresh',
  tags,
  summary: 'Trade a refresh token for fresh tokens',
  description:
    'Each refresh token works once. One that comes back ends its session (401 `refresh_token_reused`).',
  request: body(z.strictObject({ refresh_token: z.string().max(200) })),
  responses: { 200: json(signedInSchema, 'Fresh tokens.') },
});

const logout = apiRoute('enrolling', {
  method: 'post',
  path: '/api/auth/logout',
  tags,
  summary: 'End this session, with its refresh token',
  responses: { 204: done },
});

const password = apiRoute('signed_in', {
  method: 'post',
  path: '/api/auth/password',
  tags,
  summary: 'Change your password and end your other sessions',
  request: body(z.strictObject({ current_password: passwordInput, new_password: passwordInput })),
  responses: { 204: done },
});

const me = apiRoute('enrolling', {
  method: 'get',
  path: '/api/auth/me',
  tags,
  summary: 'Who you are and what you may do',
  responses: {
    200: json(
      userSchema
        .extend({
          permissions: z.array(permission),
          totp_enrolment_required: z.boolean(),
          token: z.string().nullable().openapi({ description: 'The name of the API token that asks.' }),
        })
        .openapi('Me'),
      'The user who asks, or who made the token that asks.',
    ),
  },
});

/** Signing in and out, and one's own account. */
export function signInRoutes({ identity }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(login, async (c) => {
      const signedIn = await signIn(identity, c.req.valid('json'), originOf(c));
      return c.json(signedInJson(signedIn), 200);
    })
    .openapi(refresh, async (c) => {
      const { refresh_token } = c.req.valid('json');
      return c.json(signedInJson(await refreshSession(identity, refresh_token, originOf(c))), 200);
    })
    .openapi(logout, async (c) => {
      await signOut(identity, personOf(c));
      return c.body(null, 204);
    })
    .openapi(password, async (c) => {
      const { current_password: currentPassword, new_password: newPassword } = c.req.valid('json');
      await changeOwnPassword(identity, personOf(c), { currentPassword, newPassword });
      return c.body(null, 204);
    })
    .openapi(me, async (c) => {
      const principal = principalOf(c);
      const user = await readUser(identity.db, userIdOf(principal));
      return c.json(
        {
          ...userJson(user),
          permissions: [...principal.permissions],
          totp_enrolment_required: principal.mustEnrolTotp ?? false,
          token: principal.kind === 'token' ? principal.name : null,
        },
        200,
      );
    });
}
