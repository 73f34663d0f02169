import { and, asc, eq, gt, isNull, lt, or } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../../db/database.ts';
import { orm } from '../../../db/orm.ts';
import { apiTokens, users } from '../../../db/schema/identity.ts';
import { isPermission, type Permission } from '../permission.ts';
import { type StoredUser, userOf } from '../stored-user.ts';
import type { ApiToken } from './api-token.ts';

/** A token with the user who made it and answers for it. */
export interface TokenWithMaker extends ApiToken {
  readonly maker: StoredUser;
}

/** Adds a token; answers its id. */
export async function insertApiToken(
  tx: Transaction,
  token: {
    makerId: string;
    name: string;
    prefix: string;
    tokenHash: Buffer;
    scopes: readonly Permission[];
    at: Date;
    expiresAt: Date | undefined;
  },
): Promise<string> {
  const { makerId, at, scopes, ...rest } = token;
  const [row] = await orm(tx)
    .insert(apiTokens)
    .values({ ...rest, scopes: [...scopes], userId: BigInt(makerId), createdAt: at })
    .returning({ id: apiTokens.id });
  return String(row?.id);
}

/** A token by its hash, whatever its state. */
export function findApiTokenByHash(q: Queryable, tokenHash: Buffer): Promise<TokenWithMaker | undefined> {
  return findOne(q, eq(apiTokens.tokenHash, tokenHash));
}

/** A token by its id, whatever its state. */
export function findApiToken(q: Queryable, id: string): Promise<TokenWithMaker | undefined> {
  return findOne(q, eq(apiTokens.id, BigInt(id)));
}

async function findOne(q: Queryable, which: ReturnType<typeof eq>): Promise<TokenWithMaker | undefined> {
  const [row] = await orm(q)
    .select({ token: apiTokens, user: users })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(which);
  return row && tokenOf(row);
}

/** Tokens by id, after one; revoked ones included. */
export async function listApiTokens(
  q: Queryable,
  page: { afterId: string | undefined; limit: number },
): Promise<ApiToken[]> {
  const rows = await orm(q)
    .select({ token: apiTokens, user: users })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(page.afterId === undefined ? undefined : gt(apiTokens.id, BigInt(page.afterId)))
    .orderBy(asc(apiTokens.id))
    .limit(page.limit);
  return rows.map(tokenOf);
}

/** Ends a token; false when it had ended. */
export async function revokeApiToken(tx: Transaction, id: string, at: Date): Promise<boolean> {
  const rows = await orm(tx)
    .update(apiTokens)
    .set({ revokedAt: at })
    .where(and(eq(apiTokens.id, BigInt(id)), isNull(apiTokens.revokedAt)))
    .returning({ id: apiTokens.id });
  return rows.length === 1;
}

/** Remembers a use, unless one after `unlessSince` is remembered. */
export async function touchApiToken(
  q: Queryable,
  id: string,
  { at, unlessSince }: { at: Date; unlessSince: Date },
): Promise<void> {
  await orm(q)
    .update(apiTokens)
    .set({ lastUsedAt: at })
    .where(
      and(
        eq(apiTokens.id, BigInt(id)),
        or(isNull(apiTokens.lastUsedAt), lt(apiTokens.lastUsedAt, unlessSince)),
      ),
    );
}

function tokenOf(row: {
  token: typeof apiTokens.$inferSelect;
  user: typeof users.$inferSelect;
}): TokenWithMaker {
  const { token, user } = row;
  return {
    id: String(token.id),
    name: token.name,
    prefix: token.prefix,
    scopes: token.scopes.filter(isPermission),
    makerId: String(user.id),
    makerEmail: user.email,
    createdAt: token.createdAt,
    expiresAt: token.expiresAt ?? undefined,
    lastUsedAt: token.lastUsedAt ?? undefined,
    revokedAt: token.revokedAt ?? undefined,
    maker: userOf(user),
  };
}
