import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant } from '../columns.ts';
import { invoices } from './billing-documents.ts';
import { customers } from './customers.ts';

/** Money that came in. The same reference of a provider is the same payment (billing-rules A4). */
export const payments = pgTable(
  'payments',
  {
    id: id(),
    customerId: amount('customer_id')
      .notNull()
      .references(() => customers.id),
    currency: text('currency').notNull(),
    amount: amount('amount').notNull(),
    refunded: amount('refunded').notNull().default(sql`0`),
    method: text('method').notNull(),
    provider: text('provider').notNull(),
    externalRef: text('external_ref'),
    /** The invoice it was meant for. */
    invoiceId: amount('invoice_id').references(() => invoices.id),
    receivedAt: instant('received_at').notNull(),
    recordedBy: text('recorded_by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    unique('payments_provider_ref_key').on(t.provider, t.externalRef),
    index('payments_customer_idx').on(t.customerId),
    index('payments_invoice_idx').on(t.invoiceId),
    index('payments_received_idx').on(t.receivedAt),
    check('payments_amount_positive', sql`${t.amount} > 0`),
    check('payments_refunded_within', sql`${t.refunded} between 0 and ${t.amount}`),
  ],
);

/** Money that went back (A6): part of it out of the credit balance, the rest taken back from invoices. */
export const refunds = pgTable(
  'refunds',
  {
    id: id(),
    paymentId: amount('payment_id')
      .notNull()
      .references(() => payments.id),
    amount: amount('amount').notNull(),
    fromCredit: amount('from_credit').notNull(),
    takenBack: amount('taken_back').notNull(),
    reason: text('reason'),
    refundedAt: instant('refunded_at').notNull(),
    recordedBy: text('recorded_by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index('refunds_payment_idx').on(t.paymentId),
    index('refunds_refunded_idx').on(t.refundedAt),
    check('refunds_parts', sql`${t.amount} > 0 and ${t.amount} = ${t.fromCredit} + ${t.takenBack}`),
  ],
);

/**
 * Where the money in a customer's wallet came from: one row for each payment, credit note or voucher that reached it,
 * with what is left. `customers.credit_balance` is the sum of what is left.
 */
export const walletCredits = pgTable(
  'wallet_credits',
  {
    id: id(),
    customerId: amount('customer_id')
      .notNull()
      .references(() => customers.id),
    source: text('source').notNull(),
    sourceId: amount('source_id').notNull(),
    amount: amount('amount').notNull(),
    remaining: amount('remaining').notNull(),
    creditedAt: instant('credited_at').notNull(),
  },
  (t) => [
    unique('wallet_credits_source_key').on(t.source, t.sourceId),
    index('wallet_credits_left_idx').on(t.customerId, t.id).where(sql`${t.remaining} > 0`),
    check('wallet_credits_source', sql`${t.source} in ('payment', 'credit_note', 'voucher')`),
    check('wallet_credits_remaining', sql`${t.remaining} between 0 and ${t.amount} and ${t.amount} > 0`),
  ],
);

/** A part of a wallet credit put on an invoice; taken back as a whole, never changed otherwise. */
export const allocations = pgTable(
  'allocations',
  {
    id: id(),
    walletCreditId: amount('wallet_credit_id')
      .notNull()
      .references(() => walletCredits.id),
    /** Set when the credit is a payment's. */
    paymentId: amount('payment_id').references(() => payments.id),
    invoiceId: amount('invoice_id')
      .notNull()
      .references(() => invoices.id),
    amount: amount('amount').notNull(),
    allocatedAt: instant('allocated_at').notNull(),
    reversedAt: instant('reversed_at'),
  },
  (t) => [
    index('allocations_wallet_credit_idx').on(t.walletCreditId),
    index('allocations_payment_idx').on(t.paymentId),
    index('allocations_invoice_idx').on(t.invoiceId),
    check('allocations_amount_positive', sql`${t.amount} > 0`),
  ],
);
