import { z } from '@hono/zod-openapi';
import type { NasReport } from '../../../network/nas/nas-reading.service.ts';
import { id, instant, number } from '../../schemas/values.ts';

const rule = z.enum(['yes', 'no', 'auto']);

/** A NAS in an answer; its secret is never in it. */
export const nasSchema = z
  .object({
    id,
    name: z.string(),
    address: z.string(),
    nas_identifier: z.string().nullable(),
    coa_port: z.int(),
    coa_timeout_ms: z.int(),
    coa_tries: z.int(),
    require_message_authenticator: rule,
    signature: z.enum(['required', 'not_required', 'learning', 'learnt']).openapi({
      description:
        'Whether unsigned Access-Requests are refused (BlastRADIUS); auto learns it and then requires it.',
    }),
    signature_learnt_at: instant.nullable(),
    limit_proxy_state: rule,
    swap_octets: z.boolean(),
    interim_interval_s: z.int().nullable(),
    is_rotating: z
      .boolean()
      .openapi({ description: 'Two secrets are valid: the new one and the one before.' }),
    is_disabled: z.boolean(),
    open_sessions: z.int(),
    last_auth_at: instant.nullable(),
    last_acct_at: instant.nullable(),
    created_at: instant,
    version: z.int(),
  })
  .openapi('Nas');

/** The NAS as JSON. */
export function nasView(nas: NasReport): z.output<typeof nasSchema> {
  return {
    id: number(nas.id),
    name: nas.name,
    address: nas.address,
    nas_identifier: nas.nasIdentifier ?? null,
    coa_port: nas.coaPort,
    coa_timeout_ms: nas.coaTimeoutMs,
    coa_tries: nas.coaTries,
    require_message_authenticator: nas.requireMessageAuthenticator,
    signature: signatureOf(nas),
    signature_learnt_at: nas.messageAuthenticatorLearntAt?.toISOString() ?? null,
    limit_proxy_state: nas.limitProxyState,
    swap_octets: nas.swapOctets,
    interim_interval_s: nas.interimIntervalS ?? null,
    is_rotating: nas.isRotating,
    is_disabled: nas.disabledAt !== undefined,
    open_sessions: nas.openSessions,
    last_auth_at: nas.lastAuthAt?.toISOString() ?? null,
    last_acct_at: nas.lastAcctAt?.toISOString() ?? null,
    created_at: nas.createdAt.toISOString(),
    version: nas.version,
  };
}

function signatureOf(nas: NasReport): 'required' | 'not_required' | 'learning' | 'learnt' {
  if (nas.requireMessageAuthenticator === 'yes') return 'required';
  if (nas.requireMessageAuthenticator === 'no') return 'not_required';
  return nas.messageAuthenticatorLearntAt === undefined ? 'learning' : 'learnt';
}

const common = {
  nas_identifier: z.string().max(253).nullable().optional(),
  coa_port: z.int().min(1).max(65_535).optional(),
  require_message_authenticator: rule.optional(),
  limit_proxy_state: rule.optional(),
  swap_octets: z.boolean().optional(),
  interim_interval_s: z.int().min(60).max(86_400).nullable().optional(),
} as const;

const name = z.string().max(63);
const address = z
  .string()
  .max(64)
  .openapi({ example: '10.0.0.0/24', description: 'An address or a block, v4 or v6.' });

/** A shared secret somebody sends. */
export const secretInput = z.string().max(128);

/** The body of a new NAS. */
export const newNasInput = z
  .strictObject({
    ...common,
    name,
    address,
    secret: secretInput.optional().openapi({ description: 'Made when absent, and answered this once.' }),
  })
  .openapi('NewNas');

/** The body of a change. */
export const nasChangeInput = z.strictObject({
  ...common,
  name: name.optional(),
  address: address.optional(),
  coa_timeout_ms: z.int().min(50).max(10_000).optional(),
  coa_tries: z.int().min(1).max(10).optional(),
  is_disabled: z.boolean().optional(),
});
