import { eq } from 'drizzle-orm';
import type { Transaction } from '../../../db/database.ts';
import { orm } from '../../../db/orm.ts';
import { authSessions, refreshTokens, users } from '../../../db/schema/identity.ts';
import { type StoredUser, userOf } from '../stored-user.ts';

/** A refresh token as it is kept, with the session it belongs to. */
export interface StoredRefreshToken {
  readonly id: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
  readonly isUsed: boolean;
  readonly isSessionRevoked: boolean;
  readonly user: StoredUser;
}

/** Adds the next token of a session. */
export async function insertRefreshToken(
  tx: Transaction,
  token: { sessionId: string; tokenHash: Buffer; at: Date; expiresAt: Date },
): Promise<void> {
  const { sessionId, tokenHash, at, expiresAt } = token;
  await orm(tx)
    .insert(refreshTokens)
    .values({ sessionId: BigInt(sessionId), tokenHash, createdAt: at, expiresAt });
}

/** A token by its hash, locked with its session: of two that bring the same one, the second waits and sees it used. */
export async function lockRefreshToken(
  tx: Transaction,
  tokenHash: Buffer,
): Promise<StoredRefreshToken | undefined> {
  const [row] = await orm(tx)
    .select({ token: refreshTokens, session: authSessions, user: users })
    .from(refreshTokens)
    .innerJoin(authSessions, eq(authSessions.id, refreshTokens.sessionId))
    .innerJoin(users, eq(users.id, authSessions.userId))
    .where(eq(refreshTokens.tokenHash, tokenHash))
    .for('update', { of: [refreshTokens, authSessions] });
  if (row === undefined) return undefined;
  return {
    id: String(row.token.id),
    sessionId: String(row.session.id),
    expiresAt: row.token.expiresAt,
    isUsed: row.token.usedAt !== null,
    isSessionRevoked: row.session.revokedAt !== null,
    user: userOf(row.user),
  };
}

/** Uses a token up. */
export async function markRefreshTokenUsed(tx: Transaction, id: string, at: Date): Promise<void> {
  await orm(tx)
    .update(refreshTokens)
    .set({ usedAt: at })
    .where(eq(refreshTokens.id, BigInt(id)));
}
