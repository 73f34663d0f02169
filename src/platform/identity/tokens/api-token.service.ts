import type { Database } from '../../../db/database.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError, notFound } from '../../../kernel/errors.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit.store.ts';
import { hashToken, newToken } from '../opaque-token.ts';
import type { Permission } from '../permission.ts';
import type { Principal } from '../principal.ts';
import { userIdOf } from '../principal.ts';
import { findApiToken, insertApiToken, listApiTokens, revokeApiToken } from './api-token.store.ts';
import { type ApiToken, checkExpiry, checkScopes, DEFAULT_LIFE_S, PREFIX_LENGTH } from './api-token.ts';

interface TokenDeps {
  readonly db: Database;
  /** The machine's clock. */
  readonly clock: Clock;
}

/** What a script is to have. `expiresAt`: undefined is a year, null is for good. */
export interface NewApiToken {
  readonly name: string;
  readonly scopes: readonly Permission[];
  readonly expiresAt: Date | null | undefined;
}

/**
 * Makes a token with no more permissions than its maker has now; later it loses what its maker loses. The token is
 * in the answer and nowhere else. Throws `validation_failed`.
 */
export async function createApiToken(
  { db, clock }: TokenDeps,
  input: NewApiToken,
  { maker, actor }: { maker: Principal; actor: Actor },
): Promise<ApiToken & { readonly token: string }> {
  const nowMs = clock.nowMs();
  const scopes = checkScopes(input.scopes, maker.permissions);
  const expiresAt =
    input.expiresAt === null
      ? undefined
      : checkExpiry(input.expiresAt ?? new Date(nowMs + DEFAULT_LIFE_S * 1000), nowMs);
  const token = newToken('nft_');
  const created = await db.transaction(async (tx) => {
    const id = await insertApiToken(tx, {
      makerId: userIdOf(maker),
      name: input.name,
      prefix: token.slice(0, PREFIX_LENGTH),
      tokenHash: hashToken(token),
      scopes,
      at: new Date(nowMs),
      expiresAt,
    });
    const after = { name: input.name, scopes, expires_at: expiresAt?.toISOString() ?? null };
    await recordAudit(tx, { actor, action: 'token.created', entity: 'token', entityId: id, after });
    return findApiToken(tx, id);
  });
  if (created === undefined)
    throw new AppError('unavailable', 'token_lost', 'The token was not stored: try again.');
  return { ...created, token };
}

/** A page of tokens; revoked and expired ones stay on the list. */
export function readApiTokens(
  { db }: TokenDeps,
  page: { afterId: string | undefined; limit: number },
): Promise<ApiToken[]> {
  return listApiTokens(db, page);
}

/** Ends a token at once; doing so again changes nothing. Throws `not_found`. */
export async function endApiToken({ db, clock }: TokenDeps, id: string, actor: Actor): Promise<void> {
  await db.transaction(async (tx) => {
    const token = await findApiToken(tx, id);
    if (token === undefined) throw notFound('not_found', `There is no token ${id}.`);
    if (!(await revokeApiToken(tx, id, new Date(clock.nowMs())))) return;
    const before = { name: token.name, scopes: token.scopes };
    await recordAudit(tx, { actor, action: 'token.revoked', entity: 'token', entityId: id, before });
  });
}
