import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { amount, createdAt, id } from '../columns.ts';

/** Who owes money. `credit_balance` is the wallet in minor units of `currency` (billing-rules section 19). */
export const customers = pgTable(
  'customers',
  {
    id: id(),
    name: text('name').notNull(),
    phone: text('phone'),
    email: text('email'),
    currency: text('currency').notNull(),
    taxExempt: boolean('tax_exempt').notNull().default(false),
    creditBalance: amount('credit_balance').notNull().default(sql`0`),
    notes: text('notes'),
    createdAt: createdAt(),
  },
  (t) => [
    index('customers_name_idx').on(t.name),
    check('customers_credit_balance_not_negative', sql`${t.creditBalance} >= 0`),
  ],
);
