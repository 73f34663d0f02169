import { z } from '@hono/zod-openapi';
import type { CustomerId } from '../../kernel/ids.ts';
import { PERMISSIONS } from '../../platform/identity/permission.ts';
import type { SignedIn } from '../../platform/identity/sessions/sign-in.service.ts';
import { USER_ROLES, type User } from '../../platform/identity/user.ts';
import { id, idInput, instant, number, numberOrNull } from './values.ts';

/** What somebody may do, as answers and scopes name it. */
export const permission = z.enum(PERMISSIONS);

export const role = z.enum(USER_ROLES);

/** Checked for form and length by the use case, bounded here. */
export const emailInput = z.string().max(254).openapi({ example: 'ops@isp.example', format: 'email' });
export const passwordInput = z.string().max(1_000).openapi({ format: 'password' });
export const customerIdInput = idInput<CustomerId>();

/** A user in an answer. */
export const userSchema = z
  .object({
    id,
    email: z.string(),
    name: z.string().nullable(),
    role,
    customer_id: id.nullable().openapi({ description: 'Whose own objects a customer sees; null for staff.' }),
    totp_enabled: z.boolean(),
    disabled_at: instant.nullable(),
    last_sign_in_at: instant.nullable(),
    created_at: instant,
  })
  .openapi('User');

/** A user as JSON. */
export function userJson(user: User): z.input<typeof userSchema> {
  return {
    id: number(user.id),
    email: user.email,
    name: user.name ?? null,
    role: user.role,
    customer_id: numberOrNull(user.customerId),
    totp_enabled: user.hasTotp,
    disabled_at: user.disabledAt?.toISOString() ?? null,
    last_sign_in_at: user.lastSignInAt?.toISOString() ?? null,
    created_at: user.createdAt.toISOString(),
  };
}

/** What signing in and refreshing answer (billing-rules section 20). */
export const signedInSchema = z
  .object({
    access_token: z.string().openapi({ description: 'For the header Authorization: Bearer <access_token>.' }),
    expires_in: z.int().openapi({ description: 'Seconds the access token is good for.', example: 900 }),
    refresh_token: z.string().openapi({ description: 'Good once, for POST /api/auth/refresh.' }),
    user: userSchema,
  })
  .openapi('SignedIn');

/** Tokens as JSON. */
export function signedInJson(signedIn: SignedIn): z.input<typeof signedInSchema> {
  return {
    access_token: signedIn.accessToken,
    expires_in: signedIn.expiresInS,
    refresh_token: signedIn.refreshToken,
    user: userJson(signedIn.user),
  };
}
