import { and, eq, isNull, lt, ne, type SQL, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../../db/database.ts';
import { orm, prepared } from '../../../db/orm.ts';
import { authSessions, users } from '../../../db/schema/identity.ts';
import { settings } from '../../../db/schema/platform.ts';
import { type StoredUser, userOf } from '../stored-user.ts';
import type { RevokedFor } from './session.ts';

/** Begins a session; answers its id. */
export async function insertSession(
  tx: Transaction,
  session: {
    userId: string;
    at: Date;
    expiresAt: Date;
    address: string | undefined;
    userAgent: string | undefined;
  },
): Promise<string> {
  const { userId, at, expiresAt, address, userAgent } = session;
  const [row] = await orm(tx)
    .insert(authSessions)
    .values({ userId: BigInt(userId), createdAt: at, expiresAt, address, userAgent })
    .returning({ id: authSessions.id });
  return String(row?.id);
}

/** Who stands behind a session, as one request needs it. */
export interface SessionOwner {
  readonly user: StoredUser;
  readonly expiresAt: Date;
  readonly isRevoked: boolean;
  /** The setting `auth_totp_required_for_admins`. */
  readonly isTotpRequired: boolean;
}

const sessionOwner = prepared((db) =>
  db
    .select({
      expiresAt: authSessions.expiresAt,
      revokedAt: authSessions.revokedAt,
      user: users,
      required: settings.value,
    })
    .from(authSessions)
    .innerJoin(users, eq(users.id, authSessions.userId))
    .leftJoin(settings, eq(settings.key, 'auth_totp_required_for_admins'))
    .where(eq(authSessions.id, sql.placeholder('id')))
    .prepare('session_owner'),
);

/** One query per request: revocation and disabling count at once, on every host. */
export async function findSessionOwner(q: Queryable, sessionId: string): Promise<SessionOwner | undefined> {
  const [row] = await sessionOwner(q).execute({ id: sessionId });
  if (row === undefined) return undefined;
  return {
    user: userOf(row.user),
    expiresAt: row.expiresAt,
    isRevoked: row.revokedAt !== null,
    isTotpRequired: row.required === true,
  };
}

/** Lets a session live longer. */
export async function extendSession(tx: Transaction, sessionId: string, expiresAt: Date): Promise<void> {
  await orm(tx)
    .update(authSessions)
    .set({ expiresAt })
    .where(eq(authSessions.id, BigInt(sessionId)));
}

/** Ends one session; answers false when it had ended already. */
export async function revokeSession(
  tx: Transaction,
  sessionId: string,
  end: { at: Date; revokedFor: RevokedFor },
): Promise<boolean> {
  return (await revoke(tx, end, eq(authSessions.id, BigInt(sessionId)))) > 0;
}

/** Ends all sessions of a user, sparing one; answers how many. */
export async function revokeSessionsOf(
  tx: Transaction,
  userId: string,
  end: { at: Date; revokedFor: RevokedFor; except?: string | undefined },
): Promise<number> {
  const mine = eq(authSessions.userId, BigInt(userId));
  return revoke(
    tx,
    end,
    end.except === undefined ? mine : and(mine, ne(authSessions.id, BigInt(end.except))),
  );
}

async function revoke(
  tx: Transaction,
  { at, revokedFor }: { at: Date; revokedFor: RevokedFor },
  which: SQL | undefined,
): Promise<number> {
  const rows = await orm(tx)
    .update(authSessions)
    .set({ revokedAt: at, revokedFor })
    .where(and(which, isNull(authSessions.revokedAt)))
    .returning({ id: authSessions.id });
  return rows.length;
}

/** Removes sessions that lapsed before an instant, with their refresh tokens; answers how many. */
export async function deleteSessionsBefore(q: Queryable, before: Date): Promise<number> {
  const rows = await orm(q)
    .delete(authSessions)
    .where(lt(authSessions.expiresAt, before))
    .returning({ id: authSessions.id });
  return rows.length;
}

/** Removes counters of failed sign-ins whose window is over. */
export async function deleteFailuresBefore(q: Queryable, beforeMs: number): Promise<void> {
  await q.query('delete from sign_in_failures where expire < $1', [beforeMs]);
}
