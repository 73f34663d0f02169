import { sql } from 'drizzle-orm';
import { check, date, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant, xid8 } from '../columns.ts';
import { customers } from './customers.ts';

/**
 * A balanced set of lines, one for each event (billing-rules G1). Never changed, and complete at its commit (by
 * triggers): `xid` is the transaction its lines must be of.
 */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    id: id(),
    event: text('event').notNull(),
    /** The row the event is about: an invoice, payment, allocation, credit note, refund or voucher. */
    refId: amount('ref_id').notNull(),
    customerId: amount('customer_id')
      .notNull()
      .references(() => customers.id),
    currency: text('currency').notNull(),
    occurredOn: date('occurred_on').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    xid: xid8('xid').notNull().default(sql`pg_current_xact_id()`),
    createdAt: createdAt(),
  },
  (t) => [
    index('ledger_entries_customer_idx').on(t.customerId, t.occurredOn, t.id),
    uniqueIndex('ledger_entries_once')
      .on(t.event, t.refId)
      .where(sql`${t.event} not in ('write_off', 'write_off_reversal')`),
    check(
      'ledger_entries_event',
      sql`${t.event} in ('invoice', 'payment', 'allocation', 'allocation_reversal', 'credit_note', 'refund', 'void',
        'write_off', 'write_off_reversal', 'voucher')`,
    ),
  ],
);

/** Debits positive, credits negative; `sub_account` is the line kind of revenue (G3). */
export const ledgerLines = pgTable(
  'ledger_lines',
  {
    id: id(),
    entryId: amount('entry_id')
      .notNull()
      .references(() => ledgerEntries.id),
    account: text('account').notNull(),
    subAccount: text('sub_account'),
    customerId: amount('customer_id').notNull(),
    amount: amount('amount').notNull(),
  },
  (t) => [
    index('ledger_lines_entry_idx').on(t.entryId),
    index('ledger_lines_customer_idx').on(t.customerId, t.account),
    check(
      'ledger_lines_account',
      sql`${t.account} in ('ar', 'cash', 'wallet', 'revenue', 'tax_payable', 'bad_debt', 'voucher_clearing')`,
    ),
    check('ledger_lines_amount', sql`${t.amount} <> 0`),
  ],
);
