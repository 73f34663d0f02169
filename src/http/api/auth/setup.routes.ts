import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { setUp } from '../../../platform/identity/first-run/first-admin.service.ts';
import { originOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { emailInput, passwordInput, signedInJson, signedInSchema } from '../../schemas/identity.ts';

const setup = apiRoute('public', {
  method: 'post',
  path: '/api/auth/setup',
  tags: ['Sign-in'],
  summary: 'Create the first administrator, once',
  description: 'The token is what `npm start` prints while there is no administrator.',
  request: body(z.strictObject({ token: z.string().max(200), email: emailInput, password: passwordInput })),
  responses: { 201: json(signedInSchema, 'Created, and signed in.') },
});

/** The first administrator. */
export function setupRoutes({ identity }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(setup, async (c) =>
    c.json(signedInJson(await setUp(identity, c.req.valid('json'), originOf(c))), 201),
  );
}
