import { asc, eq } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { customers } from '../../db/schema/customers.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Customer } from './customer.ts';

/** Keeps others from adding a customer of this name until the transaction ends: names are not unique. */
export async function lockCustomerName(tx: Transaction, name: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('customer_name'), hashtext($1::text))`, [name]);
}

/** Customers of exactly that name, oldest first. */
export async function findCustomersByName(q: Queryable, name: string): Promise<Customer[]> {
  const rows = await orm(q)
    .select({ id: customers.id, name: customers.name, currency: customers.currency })
    .from(customers)
    .where(eq(customers.name, name))
    .orderBy(asc(customers.id))
    .limit(10);
  return rows.map((row) => ({ ...row, id: row.id.toString() as CustomerId }));
}

/** The customer, locked against change until the transaction ends. */
export async function lockCustomer(tx: Transaction, id: CustomerId): Promise<Customer | undefined> {
  const [row] = await orm(tx)
    .select({ id: customers.id, name: customers.name, currency: customers.currency })
    .from(customers)
    .where(eq(customers.id, BigInt(id)))
    .for('no key update');
  return row && { ...row, id: row.id.toString() as CustomerId };
}

/** Adds a customer. */
export async function insertCustomer(
  q: Queryable,
  customer: { name: string; currency: string },
): Promise<CustomerId> {
  const [row] = await orm(q).insert(customers).values(customer).returning({ id: customers.id });
  return String(row?.id) as CustomerId;
}
