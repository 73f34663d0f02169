import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant } from '../columns.ts';
import { invoices } from './billing-documents.ts';

/** That a late fee was charged: `once`, or the month `YYYY-MM` of the run (billing-rules L3, L4). */
export const lateFeeMarks = pgTable(
  'late_fee_marks',
  {
    sourceInvoiceId: amount('source_invoice_id')
      .notNull()
      .references(() => invoices.id),
    feeKey: text('fee_key').notNull(),
    invoiceId: amount('invoice_id')
      .notNull()
      .references(() => invoices.id),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.sourceInvoiceId, t.feeKey] }),
    index('late_fee_marks_invoice_idx').on(t.invoiceId),
  ],
);

/** What became of each reminder of an invoice (N2, N5); level 0 is the courtesy notice. */
export const dunningLogs = pgTable(
  'isp_dunning_logs',
  {
    id: id(),
    invoiceId: amount('invoice_id')
      .notNull()
      .references(() => invoices.id),
    level: integer('level').notNull(),
    status: text('status').notNull(),
    channel: text('channel').notNull(),
    sentAt: instant('sent_at'),
    error: text('error'),
    createdAt: createdAt(),
  },
  (t) => [
    unique('isp_dunning_logs_once').on(t.invoiceId, t.level),
    index('isp_dunning_logs_sent_idx').on(t.sentAt),
    check('isp_dunning_logs_status', sql`${t.status} in ('sent', 'failed', 'skipped')`),
    check('isp_dunning_logs_level', sql`${t.level} >= 0`),
  ],
);
