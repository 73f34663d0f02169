import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '../kernel/errors.ts';
import type { Actor } from '../platform/identity/actor.ts';
import type { RequestOrigin } from '../platform/identity/identity.service.ts';
import type { Permission } from '../platform/identity/permission.ts';
import { actorFrom, type Principal } from '../platform/identity/principal.ts';
import { clientAddress } from './client-address.ts';
import type { HttpContext, HttpEnv } from './context.ts';

/** Finds out who asks, from the bearer token; a request without one goes on as nobody's. */
export function authentication({ authenticator }: HttpContext): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const header = c.req.header('authorization');
    const bearer = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
    if (header !== undefined && bearer === undefined) {
      throw unauthenticated('token_invalid', 'Authorization must read: Bearer <token>.');
    }
    c.set('principal', bearer === undefined ? undefined : await authenticator.authenticate(bearer));
    await next();
  };
}

/** Lets pass who has one of the permissions; 401 for nobody, 403 for somebody else. */
export function requires(...permissions: readonly Permission[]): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const principal = principalOf(c);
    refuseUnenrolled(principal);
    if (!permissions.some((permission) => principal.permissions.has(permission))) {
      throw new AppError('forbidden', 'forbidden', `This needs the permission ${permissions.join(' or ')}.`);
    }
    await next();
  };
}

/** Lets pass whoever is signed in. */
export const signedIn: MiddlewareHandler<HttpEnv> = async (c, next) => {
  refuseUnenrolled(principalOf(c));
  await next();
};

/** Lets pass whoever is signed in, even before a second factor that they must have. */
export const enrolling: MiddlewareHandler<HttpEnv> = async (c, next) => {
  principalOf(c);
  await next();
};

/** Who asks; throws 401 `not_signed_in` for nobody. */
export function principalOf(c: Context<HttpEnv>): Principal {
  const principal = c.get('principal');
  if (principal !== undefined) return principal;
  throw unauthenticated(
    'not_signed_in',
    'Sign in first: send the header Authorization: Bearer <access token>.',
  );
}

/** A person at work in a session; throws 403 for a script. */
export function personOf(c: Context<HttpEnv>): { userId: string; sessionId: string; actor: Actor } {
  const { kind, id, sessionId } = principalOf(c);
  if (kind === 'user' && sessionId !== undefined) return { userId: id, sessionId, actor: actorOf(c) };
  throw new AppError('forbidden', 'forbidden', 'This is for people who have signed in, not for API tokens.');
}

/** Who acts, for the audit log and the log of a service. */
export function actorOf(c: Context<HttpEnv>): Actor {
  return actorFrom(principalOf(c), { address: clientAddress(c), requestId: c.get('requestId') });
}

/** Where a request of nobody yet comes from. */
export function originOf(c: Context<HttpEnv>): RequestOrigin {
  const userAgent = c.req.header('user-agent')?.slice(0, USER_AGENT_LENGTH_MAX);
  return { address: clientAddress(c), requestId: c.get('requestId'), userAgent };
}

const USER_AGENT_LENGTH_MAX = 300;

function refuseUnenrolled({ mustEnrolTotp }: Principal): void {
  if (mustEnrolTotp !== true) return;
  const message = 'Administrators need a second factor here: POST /api/auth/totp/enrol, then /confirm.';
  throw new AppError('forbidden', 'totp_enrolment_required', message);
}

function unauthenticated(code: string, message: string): AppError {
  return new AppError('unauthenticated', code, message);
}
