import { eq, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../../db/database.ts';
import { orm } from '../../../db/orm.ts';
import { installation } from '../../../db/schema/platform.ts';

const SETUP_TOKEN = 'setup_token_hash';
/** Any number of our own: first administrators are made one after another. */
const FIRST_ADMIN_LOCK = 7_365_001;

/** Makes everybody wait who would create the first administrator too. */
export async function lockFirstAdmin(tx: Transaction): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [FIRST_ADMIN_LOCK]);
}

/** Keeps the hash of the newest set-up token; the one before is void. */
export async function replaceSetupToken(q: Queryable, hash: Buffer): Promise<void> {
  await orm(q)
    .insert(installation)
    .values({ name: SETUP_TOKEN, value: hash })
    .onConflictDoUpdate({ target: installation.name, set: { value: hash, createdAt: sql`now()` } });
}

/** The hash of the set-up token in force. */
export async function findSetupToken(q: Queryable): Promise<Buffer | undefined> {
  const [row] = await orm(q)
    .select({ value: installation.value })
    .from(installation)
    .where(eq(installation.name, SETUP_TOKEN));
  return row?.value;
}

/** Voids the set-up token. */
export async function deleteSetupToken(q: Queryable): Promise<void> {
  await orm(q).delete(installation).where(eq(installation.name, SETUP_TOKEN));
}
