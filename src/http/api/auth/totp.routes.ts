import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  beginTotp,
  confirmTotpCode,
  removeOwnTotp,
} from '../../../platform/identity/second-factor/second-factor.service.ts';
import { personOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';

const tags = ['Sign-in'];
const code = z.string().max(32).openapi({ example: '123456' });

const enrol = apiRoute('enrolling', {
  method: 'post',
  path: '/api/auth/totp/enrol',
  tags,
  summary: 'Begin to enrol an authenticator app',
  description: 'Nothing changes at sign-in before the enrolment is confirmed with a code.',
  responses: {
    200: json(
      z.object({
        secret: z.string().openapi({ description: 'Base32, for typing into the app.' }),
        otpauth_url: z.string().openapi({ description: 'For a QR code.' }),
      }),
      'What the app needs; shown once.',
    ),
  },
});

const confirm = apiRoute('enrolling', {
  method: 'post',
  path: '/api/auth/totp/confirm',
  tags,
  summary: 'Confirm the enrolment with a code of the app',
  request: body(z.strictObject({ totp: code })),
  responses: {
    200: json(
      z.object({ recovery_codes: z.array(z.string()) }),
      'Recovery codes, each good once in place of a code; shown once.',
    ),
  },
});

const disable = apiRoute('signed_in', {
  method: 'post',
  path: '/api/auth/totp/disable',
  tags,
  summary: 'Remove your second factor, proving it once more',
  request: body(z.strictObject({ totp: code })),
  responses: { 204: { description: 'Removed, with its recovery codes.' } },
});

/** One's own second factor. */
export function totpRoutes({ identity }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(enrol, async (c) => {
      const { secret, uri } = await beginTotp(identity, personOf(c));
      return c.json({ secret, otpauth_url: uri }, 200);
    })
    .openapi(confirm, async (c) => {
      const codes = await confirmTotpCode(identity, personOf(c), c.req.valid('json').totp);
      return c.json({ recovery_codes: codes }, 200);
    })
    .openapi(disable, async (c) => {
      await removeOwnTotp(identity, personOf(c), c.req.valid('json').totp);
      return c.body(null, 204);
    });
}
