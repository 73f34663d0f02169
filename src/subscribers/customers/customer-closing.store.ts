import { and, eq, gt, ne, or, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { invoices } from '../../db/schema/billing-documents.ts';
import { customers } from '../../db/schema/customers.ts';
import { authSessions, users } from '../../db/schema/identity.ts';
import { services } from '../../db/schema/services.ts';
import type { CustomerId } from '../../kernel/ids.ts';

/** Moves all that is a duplicate's, which is marked as merged already, to the customer that is kept. */
export async function moveCustomer(
  tx: Transaction,
  move: { readonly duplicate: CustomerId; readonly kept: CustomerId },
): Promise<void> {
  await tx.query('select move_customer($1::bigint, $2::bigint)', [move.duplicate, move.kept]);
}

/** What keeps a customer from being closed: a service that is not cancelled, money owed either way. */
export async function openDealings(
  q: Queryable,
  id: CustomerId,
): Promise<{ readonly service: string | undefined; readonly hasBalance: boolean }> {
  const owner = BigInt(id);
  const db = orm(q);
  const [service] = await db
    .select({ username: services.username })
    .from(services)
    .where(and(eq(services.customerId, owner), ne(services.status, 'cancelled')))
    .limit(1);
  const [owed] = await db
    .select({ id: invoices.id })
    .from(invoices)
    .where(and(eq(invoices.customerId, owner), gt(invoices.balance, 0n)))
    .limit(1);
  const [credit] = await db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.id, owner), gt(customers.creditBalance, 0n)));
  return { service: service?.username, hasBalance: owed !== undefined || credit !== undefined };
}

/** The customer and the duplicates merged into it, whose data are the same person's. */
export async function customerWithDuplicates(q: Queryable, id: CustomerId): Promise<CustomerId[]> {
  const rows = await orm(q)
    .select({ id: customers.id })
    .from(customers)
    .where(or(eq(customers.id, BigInt(id)), eq(customers.mergedIntoId, BigInt(id))));
  return rows.map((row) => row.id.toString() as CustomerId);
}

/** Takes the name and address out of a customer's sign-ins and ends them. */
export async function eraseUsers(tx: Transaction, id: CustomerId, at: Date): Promise<void> {
  const erased = await orm(tx)
    .update(users)
    .set({
      email: sql`'anonymised-' || ${users.id} || '@invalid'`,
      name: null,
      passwordHash: '',
      disabledAt: sql`coalesce(${users.disabledAt}, ${at.toISOString()}::timestamptz)`,
    })
    .where(eq(users.customerId, BigInt(id)))
    .returning({ id: users.id });
  for (const user of erased) {
    await orm(tx)
      .update(authSessions)
      .set({ address: null, userAgent: null })
      .where(eq(authSessions.userId, user.id));
  }
}

/** What duplicates are found by. */
export const DUPLICATE_KEYS = ['phone', 'email', 'name'] as const;
export type DuplicateKey = (typeof DUPLICATE_KEYS)[number];

/** Customers who share a value, the first few of them by id. */
export interface DuplicateGroup {
  readonly value: string;
  readonly count: number;
  readonly customers: readonly { readonly id: number; readonly name: string }[];
}

const KEY_SQL: Readonly<Record<DuplicateKey, string>> = {
  phone: 'phone',
  email: 'lower(email)',
  name: 'lower(name)',
};

/** Values several customers share, in order; `after` goes on behind one. */
export async function duplicateGroups(
  q: Queryable,
  filter: { readonly by: DuplicateKey; readonly after?: string | undefined; readonly limit: number },
): Promise<DuplicateGroup[]> {
  const key = KEY_SQL[filter.by];
  return q.query<{ value: string; count: number; customers: { id: number; name: string }[] }>(
    `select value, count(*)::int as count,
       to_json((array_agg(json_build_object('id', id, 'name', name) order by id))[1:20]) as customers
     from (select ${key} as value, id, name from customers
       where merged_into_id is null and anonymised_at is null and ${key} is not null and ${key} > $1::text) c
     group by value having count(*) > 1 order by value limit $2::int`,
    [filter.after ?? '', filter.limit],
  );
}
