import type { Temporal } from 'temporal-polyfill';
import type { CustomerId, InvoiceId, ServiceId } from '../../kernel/ids.ts';

/** What a line is for (billing-rules B4). */
export const LINE_KINDS = [
  'base',
  'overage',
  'overage_adjustment',
  'setup',
  'one_off',
  'proration_credit',
  'proration_charge',
  'late_fee',
] as const;

export type LineKind = (typeof LINE_KINDS)[number];

/** What an invoice is for (billing-rules I2). */
export const INVOICE_KINDS = ['cycle', 'adjustment', 'final', 'one_off', 'late_fee', 'prepaid'] as const;

export type InvoiceKind = (typeof INVOICE_KINDS)[number];

/** Local dates `[startOn, endOn)` (billing-rules C2). */
export interface LocalPeriod {
  readonly startOn: Temporal.PlainDate;
  readonly endOn: Temporal.PlainDate;
}

/** A line to be issued. Amounts are in the words of the price list: with tax inside when prices contain it. */
export interface LineDraft {
  readonly kind: LineKind;
  readonly description: string;
  /** Before discount; negative for a credit on an invoice, positive for a credit on a credit note. */
  readonly amountMinor: bigint;
  readonly discountMinor: bigint;
  readonly period?: LocalPeriod | undefined;
  /** Names what is charged (billing-rules section 19): the database refuses it twice. */
  readonly chargeKey: string;
}

/** An invoice to be issued; everything that follows from settings and customer is added by the issue. */
export interface InvoiceDraft {
  readonly kind: InvoiceKind;
  readonly customerId: CustomerId;
  readonly serviceId?: ServiceId | undefined;
  readonly currency: string;
  readonly issueOn: Temporal.PlainDate;
  readonly dueOn: Temporal.PlainDate;
  readonly period?: LocalPeriod | undefined;
  readonly lines: readonly LineDraft[];
  /** The invoice a late fee is for. */
  readonly sourceInvoiceId?: InvoiceId | undefined;
}
