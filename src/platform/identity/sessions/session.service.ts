import type { Database, Transaction } from '../../../db/database.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit.store.ts';
import type { IdentityDeps, RequestOrigin } from '../identity.service.ts';
import { hashToken, newToken } from '../opaque-token.ts';
import { ACCESS_TOKEN_S } from './access-tokens.port.ts';
import { insertRefreshToken, lockRefreshToken, markRefreshTokenUsed } from './refresh-token.store.ts';
import { deleteFailuresBefore, deleteSessionsBefore, extendSession, revokeSession } from './session.store.ts';
import { SESSION_IDLE_S, SESSION_KEPT_S, secondsAfter } from './session.ts';
import { actorAt, type SignedIn } from './sign-in.service.ts';
import { tokenExpired, tokenInvalid } from './sign-in-errors.ts';

/**
 * Trades a refresh token for the next one and a fresh access token. Each works once: a used one that comes back was
 * stolen or doubled, and ends the whole session. Throws `token_invalid`, `token_expired` or `refresh_token_reused`.
 */
export async function refreshSession(
  deps: IdentityDeps,
  refreshToken: string,
  origin: RequestOrigin,
): Promise<SignedIn> {
  const outcome = await deps.db.transaction((tx) => rotate(tx, deps, { refreshToken, origin }));
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}

/** Answers refusals instead of throwing them: the end of the session must be committed. */
async function rotate(
  tx: Transaction,
  deps: IdentityDeps,
  { refreshToken, origin }: { refreshToken: string; origin: RequestOrigin },
): Promise<Result<SignedIn, AppError>> {
  const nowMs = deps.clock.nowMs();
  const at = new Date(nowMs);
  const token = await lockRefreshToken(tx, hashToken(refreshToken));
  if (token === undefined) return err(tokenInvalid());
  const { sessionId, user } = token;
  if (token.isUsed) {
    const isNews = await revokeSession(tx, sessionId, { at, revokedFor: 'refresh_token_reused' });
    if (isNews) {
      const after = { session_id: sessionId, reason: 'refresh_token_reused' };
      const actor = actorAt(user, origin);
      await recordAudit(tx, {
        actor,
        action: 'user.session_revoked',
        entity: 'user',
        entityId: user.id,
        after,
      });
    }
    return err(reused());
  }
  if (token.isSessionRevoked || user.disabledAt !== undefined) return err(tokenInvalid());
  if (token.expiresAt.getTime() <= nowMs) return err(tokenExpired());
  const expiresAt = secondsAfter(nowMs, SESSION_IDLE_S);
  const next = newToken('nfr_');
  await markRefreshTokenUsed(tx, token.id, at);
  await insertRefreshToken(tx, { sessionId, tokenHash: hashToken(next), at, expiresAt });
  await extendSession(tx, sessionId, expiresAt);
  const accessToken = await deps.accessTokens.issue({ userId: user.id, sessionId });
  return ok({ accessToken, expiresInS: ACCESS_TOKEN_S, refreshToken: next, user });
}

/** Ends the session somebody is in. */
export async function signOut(
  { db, clock }: { db: Database; clock: Clock },
  { sessionId, userId, actor }: { sessionId: string; userId: string; actor: Actor },
): Promise<void> {
  await db.transaction(async (tx) => {
    const at = new Date(clock.nowMs());
    if (!(await revokeSession(tx, sessionId, { at, revokedFor: 'signed_out' }))) return;
    const after = { session_id: sessionId };
    await recordAudit(tx, { actor, action: 'user.signed_out', entity: 'user', entityId: userId, after });
  });
}

/** Forgets sessions that ended long ago and counters nobody needs; answers how many sessions. */
export async function forgetOldSessions({ db, clock }: { db: Database; clock: Clock }): Promise<number> {
  const nowMs = clock.nowMs();
  await deleteFailuresBefore(db, nowMs);
  return deleteSessionsBefore(db, secondsAfter(nowMs, -SESSION_KEPT_S));
}

function reused(): AppError {
  return new AppError(
    'unauthenticated',
    'refresh_token_reused',
    'This refresh token was used before, so its session has been ended: sign in again.',
  );
}
