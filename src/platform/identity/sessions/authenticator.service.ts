import type { Authenticator } from '../authenticator.port.ts';
import type { IdentityDeps } from '../identity.service.ts';
import { hashToken } from '../opaque-token.ts';
import { permissionsOf } from '../permission.ts';
import type { Principal } from '../principal.ts';
import { findApiTokenByHash, touchApiToken } from '../tokens/api-token.store.ts';
import { findSessionOwner } from './session.store.ts';
import { tokenExpired, tokenInvalid } from './sign-in-errors.ts';

/** How exactly the last use of a token is known. */
const LAST_USE_S = 60;

/** Knows people by their access tokens and scripts by theirs; looks both up on every request. */
export function openAuthenticator(deps: Pick<IdentityDeps, 'db' | 'clock' | 'accessTokens'>): Authenticator {
  return {
    authenticate: (bearer) => (bearer.startsWith('nft_') ? scriptOf(deps, bearer) : personOf(deps, bearer)),
  };
}

async function personOf(
  { db, clock, accessTokens }: Pick<IdentityDeps, 'db' | 'clock' | 'accessTokens'>,
  bearer: string,
): Promise<Principal> {
  const { userId, sessionId } = await accessTokens.read(bearer);
  const owner = await findSessionOwner(db, sessionId);
  if (owner === undefined || owner.isRevoked || owner.user.id !== userId) throw tokenInvalid();
  if (owner.user.disabledAt !== undefined) throw tokenInvalid();
  if (owner.expiresAt.getTime() <= clock.nowMs()) throw tokenExpired();
  const { email, role, customerId, hasTotp } = owner.user;
  const mustEnrolTotp = role === 'admin' && !hasTotp && owner.isTotpRequired;
  const permissions = mustEnrolTotp ? new Set<never>() : permissionsOf(role);
  return { kind: 'user', id: userId, name: email, role, customerId, permissions, sessionId, mustEnrolTotp };
}

async function scriptOf(
  { db, clock }: Pick<IdentityDeps, 'db' | 'clock'>,
  bearer: string,
): Promise<Principal> {
  const nowMs = clock.nowMs();
  const token = await findApiTokenByHash(db, hashToken(bearer));
  if (token === undefined || token.revokedAt !== undefined) throw tokenInvalid();
  if (token.maker.disabledAt !== undefined) throw tokenInvalid();
  if (token.expiresAt !== undefined && token.expiresAt.getTime() <= nowMs) throw tokenExpired();
  const unlessSince = new Date(nowMs - LAST_USE_S * 1000);
  if (token.lastUsedAt === undefined || token.lastUsedAt < unlessSince) {
    await touchApiToken(db, token.id, { at: new Date(nowMs), unlessSince });
  }
  const { role, customerId } = token.maker;
  const held = permissionsOf(role);
  const permissions = new Set(token.scopes.filter((scope) => held.has(scope)));
  return {
    kind: 'token',
    id: token.id,
    name: token.name,
    role,
    customerId,
    permissions,
    makerId: token.makerId,
  };
}
