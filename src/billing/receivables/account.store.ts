import { eq, sql } from 'drizzle-orm';
import type { Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { customers } from '../../db/schema/customers.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Payer } from './payer.ts';

/** A customer as somebody who owes and pays. */
export interface CustomerAccount extends Payer {
  readonly creditMinor: bigint;
}

/** The account, its row locked: whatever happens to a customer's money happens one after another. */
export async function lockAccount(tx: Transaction, id: CustomerId): Promise<CustomerAccount | undefined> {
  const [row] = await orm(tx)
    .select({
      name: customers.name,
      currency: customers.currency,
      isTaxExempt: customers.taxExempt,
      creditMinor: customers.creditBalance,
    })
    .from(customers)
    .where(eq(customers.id, BigInt(id)))
    .for('no key update');
  return row && { id, ...row };
}

/**
 * Adds to the credit balance, or takes from it; answers what it is then. The database refuses a balance below zero
 * (G2).
 */
export async function changeCredit(
  tx: Transaction,
  id: CustomerId,
  byMinor: bigint,
): Promise<bigint | undefined> {
  if (byMinor === 0n) return undefined;
  const [row] = await orm(tx)
    .update(customers)
    .set({ creditBalance: sql`${customers.creditBalance} + ${byMinor}` })
    .where(eq(customers.id, BigInt(id)))
    .returning({ creditMinor: customers.creditBalance });
  return row?.creditMinor;
}
