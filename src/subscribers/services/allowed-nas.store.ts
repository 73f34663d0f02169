import { inArray } from 'drizzle-orm';
import type { Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { nas } from '../../db/schema/network.ts';
import { notFound } from '../../kernel/errors.ts';

/** Throws `nas_not_found` when a router a service is to be allowed on does not exist. */
export async function requireNas(tx: Transaction, ids: readonly bigint[] | null | undefined): Promise<void> {
  if (ids == null) return;
  const found = await orm(tx)
    .select({ id: nas.id })
    .from(nas)
    .where(inArray(nas.id, [...ids]));
  const known = new Set(found.map((row) => row.id));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound('nas_not_found', `There is no NAS ${missing}.`);
}
