import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  check,
  date,
  index,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant } from '../columns.ts';
import { customers } from './customers.ts';
import { services } from './services.ts';

/** The next number of each series of documents; its rows are locked by who issues (billing-rules I3). */
export const numberSeries = pgTable('number_series', {
  series: text('series').primaryKey(),
  nextValue: amount('next_value').notNull(),
});

/**
 * Issued invoices. Only the amounts paid, credited and written off and the stamps below them ever change (I1, by
 * trigger); `balance` follows from them. Tax is remembered as it was reckoned, for credit notes.
 */
export const invoices = pgTable(
  'invoices',
  {
    id: id(),
    series: text('series').notNull(),
    number: amount('number').notNull(),
    kind: text('kind').notNull(),
    customerId: amount('customer_id')
      .notNull()
      .references(() => customers.id),
    serviceId: amount('service_id').references(() => services.id),
    sourceInvoiceId: amount('source_invoice_id').references((): AnyPgColumn => invoices.id),
    currency: text('currency').notNull(),
    issueDate: date('issue_date').notNull(),
    dueDate: date('due_date').notNull(),
    periodStart: date('period_start'),
    periodEnd: date('period_end'),
    subtotal: amount('subtotal').notNull(),
    discountTotal: amount('discount_total').notNull(),
    taxTotal: amount('tax_total').notNull(),
    total: amount('total').notNull(),
    taxRate: text('tax_rate').notNull(),
    taxMode: text('tax_mode').notNull(),
    taxRounding: text('tax_rounding').notNull(),
    taxExempt: boolean('tax_exempt').notNull(),
    amountPaid: amount('amount_paid').notNull().default(sql`0`),
    amountCredited: amount('amount_credited').notNull().default(sql`0`),
    amountWrittenOff: amount('amount_written_off').notNull().default(sql`0`),
    balance: amount('balance')
      .notNull()
      .generatedAlwaysAs(
        sql`case when voided_at is null then total - amount_paid - amount_credited - amount_written_off else 0 end`,
      ),
    issuedAt: instant('issued_at').notNull(),
    paidAt: instant('paid_at'),
    voidedAt: instant('voided_at'),
    dunningHoldUntil: date('dunning_hold_until'),
    createdAt: createdAt(),
  },
  (t) => [
    unique('invoices_number_key').on(t.series, t.number),
    index('invoices_customer_idx').on(t.customerId, t.dueDate),
    index('invoices_service_idx').on(t.serviceId),
    index('invoices_source_idx').on(t.sourceInvoiceId),
    index('invoices_issue_idx').on(t.issueDate),
    index('invoices_paid_idx').on(t.paidAt).where(sql`${t.paidAt} is not null`),
    index('invoices_voided_idx').on(t.voidedAt).where(sql`${t.voidedAt} is not null`),
    index('invoices_owed_idx').on(t.dueDate, t.id).where(sql`${t.balance} > 0`),
    index('invoices_owed_customer_idx').on(t.customerId, t.dueDate, t.number).where(sql`${t.balance} > 0`),
    index('invoices_owed_service_idx').on(t.serviceId, t.dueDate).where(sql`${t.balance} > 0`),
    check(
      'invoices_kind',
      sql`${t.kind} in ('cycle', 'adjustment', 'final', 'one_off', 'late_fee', 'prepaid')`,
    ),
    check('invoices_total', sql`${t.total} = ${t.subtotal} + ${t.taxTotal} and ${t.total} >= 0`),
    check(
      'invoices_settled_once',
      sql`${t.amountPaid} >= 0 and ${t.amountCredited} >= 0 and ${t.amountWrittenOff} >= 0
        and ${t.amountPaid} + ${t.amountCredited} + ${t.amountWrittenOff} <= ${t.total}`,
    ),
    check(
      'invoices_void_untouched',
      sql`${t.voidedAt} is null or ${t.amountPaid} + ${t.amountCredited} + ${t.amountWrittenOff} = 0`,
    ),
  ],
);

/** What an invoice charges. `net` is the part of the subtotal, without discount and tax. */
export const invoiceLines = pgTable(
  'invoice_lines',
  {
    id: id(),
    invoiceId: amount('invoice_id')
      .notNull()
      .references(() => invoices.id),
    kind: text('kind').notNull(),
    description: text('description').notNull(),
    amount: amount('amount').notNull(),
    discount: amount('discount').notNull(),
    net: amount('net').notNull(),
    periodStart: date('period_start'),
    periodEnd: date('period_end'),
    chargeKey: text('charge_key').notNull(),
    voided: boolean('voided').notNull().default(false),
  },
  (t) => [
    index('invoice_lines_invoice_idx').on(t.invoiceId),
    index('invoice_lines_period_idx').on(t.periodEnd).where(sql`${t.periodEnd} is not null`),
    uniqueIndex('invoice_lines_charge_key').on(t.chargeKey).where(sql`not ${t.voided}`),
  ],
);

/** Corrections of issued invoices; never changed (by trigger). */
export const creditNotes = pgTable(
  'credit_notes',
  {
    id: id(),
    series: text('series').notNull(),
    number: amount('number').notNull(),
    invoiceId: amount('invoice_id')
      .notNull()
      .references(() => invoices.id),
    customerId: amount('customer_id')
      .notNull()
      .references(() => customers.id),
    serviceId: amount('service_id').references(() => services.id),
    currency: text('currency').notNull(),
    issueDate: date('issue_date').notNull(),
    subtotal: amount('subtotal').notNull(),
    taxTotal: amount('tax_total').notNull(),
    total: amount('total').notNull(),
    applied: amount('applied').notNull(),
    toCredit: amount('to_credit').notNull(),
    isAutomatic: boolean('is_automatic').notNull(),
    reason: text('reason'),
    issuedAt: instant('issued_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    unique('credit_notes_number_key').on(t.series, t.number),
    index('credit_notes_invoice_idx').on(t.invoiceId),
    index('credit_notes_issue_idx').on(t.issueDate),
    index('credit_notes_customer_idx').on(t.customerId),
    index('credit_notes_service_idx').on(t.serviceId),
    check('credit_notes_total', sql`${t.total} = ${t.subtotal} + ${t.taxTotal} and ${t.total} > 0`),
    check('credit_notes_use', sql`${t.total} = ${t.applied} + ${t.toCredit}`),
    check('credit_notes_parts', sql`${t.applied} >= 0 and ${t.toCredit} >= 0`),
  ],
);

/** What a credit note gives back, credits positive. */
export const creditNoteLines = pgTable(
  'credit_note_lines',
  {
    creditNoteId: amount('credit_note_id')
      .notNull()
      .references(() => creditNotes.id),
    position: amount('position').notNull(),
    kind: text('kind').notNull(),
    description: text('description').notNull(),
    amount: amount('amount').notNull(),
    discount: amount('discount').notNull(),
    net: amount('net').notNull(),
    periodStart: date('period_start'),
    periodEnd: date('period_end'),
    chargeKey: text('charge_key').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.creditNoteId, t.position] }),
    index('credit_note_lines_period_idx').on(t.periodEnd).where(sql`${t.periodEnd} is not null`),
    unique('credit_note_lines_charge_key').on(t.chargeKey),
  ],
);
