import { sql } from 'drizzle-orm';
import { check, date, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant } from '../columns.ts';
import { packages } from './plans.ts';
import { services } from './services.ts';

/**
 * One billing period `[period_start, period_end)` of a service. `invoice_id` is the invoice that holds its base:
 * issued at its start in advance, at its end in arrears. The `line_*` columns are the base or proration line now in
 * force, net of discount, and the instant from which it covers the rest of the period (billing-rules P2, P6).
 */
export const billingCycles = pgTable(
  'isp_billing_cycles',
  {
    id: id(),
    serviceId: amount('service_id')
      .notNull()
      .references(() => services.id),
    seq: integer('seq').notNull(),
    periodStart: instant('period_start').notNull(),
    periodEnd: instant('period_end').notNull(),
    /** The full period this one is, or is a part of: shares are of its days (C6, P12). */
    fullStartOn: date('full_start_on').notNull(),
    fullEndOn: date('full_end_on').notNull(),
    state: text('state').notNull().default('open'),
    allowanceBytes: amount('allowance_bytes'),
    invoiceId: amount('invoice_id'),
    /** The newest invoice about this period: automatic credit notes go against it (P4). */
    lastInvoiceId: amount('last_invoice_id'),
    lineNet: amount('line_net'),
    lineFromAt: instant('line_from_at'),
    /** The promotions that discounted this period (P11). */
    discounts: jsonb('discounts').notNull().default([]),
    /** What was charged for overage so far; null until the period is rated (O8). */
    overageCharged: amount('overage_charged'),
    createdAt: createdAt(),
  },
  (t) => [
    unique('isp_billing_cycles_seq_key').on(t.serviceId, t.seq),
    check('isp_billing_cycles_state', sql`${t.state} in ('open', 'closed', 'replaced')`),
    check('isp_billing_cycles_order', sql`${t.periodEnd} >= ${t.periodStart}`),
  ],
);

/** A change of package as it was carried out, with the documents it led to (billing-rules section 8). */
export const serviceChanges = pgTable(
  'isp_service_changes',
  {
    id: id(),
    serviceId: amount('service_id')
      .notNull()
      .references(() => services.id),
    fromPackageId: amount('from_package_id')
      .notNull()
      .references(() => packages.id),
    toPackageId: amount('to_package_id')
      .notNull()
      .references(() => packages.id),
    effectiveAt: instant('effective_at').notNull(),
    periodStart: instant('period_start'),
    credit: amount('credit').notNull().default(sql`0`),
    charge: amount('charge').notNull().default(sql`0`),
    invoiceId: amount('invoice_id'),
    creditNoteId: amount('credit_note_id'),
    actor: text('actor').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index('isp_service_changes_service_idx').on(t.serviceId, t.effectiveAt),
    index('isp_service_changes_from_idx').on(t.fromPackageId),
    index('isp_service_changes_to_idx').on(t.toPackageId),
  ],
);

/** A one-off item that waits for an invoice of its service (billing-rules T4). */
export const billingItems = pgTable(
  'isp_billing_items',
  {
    id: id(),
    serviceId: amount('service_id')
      .notNull()
      .references(() => services.id),
    amount: amount('amount').notNull(),
    description: text('description').notNull(),
    actor: text('actor').notNull(),
    invoiceId: amount('invoice_id'),
    billedAt: instant('billed_at'),
    createdAt: createdAt(),
  },
  (t) => [
    index('isp_billing_items_pending_idx').on(t.serviceId).where(sql`${t.billedAt} is null`),
    check('isp_billing_items_positive', sql`${t.amount} > 0`),
  ],
);
