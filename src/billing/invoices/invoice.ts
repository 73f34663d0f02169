import type { Temporal } from 'temporal-polyfill';
import type { CustomerId, InvoiceId, ServiceId } from '../../kernel/ids.ts';
import { type InvoiceStatus, invoiceStatus } from '../receivables/invoice-status.ts';
import type { TaxTerms } from '../tax.ts';
import type { InvoiceKind, LineKind, LocalPeriod } from './invoice-draft.ts';

/** An issued invoice without its lines. */
export interface Invoice {
  readonly id: InvoiceId;
  /** As printed: `INV-000001`. */
  readonly number: string;
  readonly kind: InvoiceKind;
  readonly customerId: CustomerId;
  readonly serviceId: ServiceId | undefined;
  readonly sourceInvoiceId: InvoiceId | undefined;
  readonly currency: string;
  readonly issueOn: Temporal.PlainDate;
  readonly dueOn: Temporal.PlainDate;
  readonly period: LocalPeriod | undefined;
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  readonly tax: TaxTerms;
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
  readonly writtenOffMinor: bigint;
  readonly balanceMinor: bigint;
  readonly issuedAt: Date;
  readonly paidAt: Date | undefined;
  readonly voidedAt: Date | undefined;
  /** Reminders wait until this local date (N4). */
  readonly dunningHoldUntil: Temporal.PlainDate | undefined;
}

/** A line of an issued invoice or credit note. */
export interface IssuedLine {
  readonly kind: LineKind;
  readonly description: string;
  readonly amountMinor: bigint;
  readonly discountMinor: bigint;
  readonly netMinor: bigint;
  readonly period: LocalPeriod | undefined;
  readonly chargeKey: string;
}

/** The status of an invoice on a local date (I7). */
export function statusOfInvoice(invoice: Invoice, today: Temporal.PlainDate): InvoiceStatus {
  const { totalMinor, writtenOffMinor, balanceMinor, dueOn } = invoice;
  const isVoid = invoice.voidedAt !== undefined;
  return invoiceStatus({ isVoid, totalMinor, writtenOffMinor, balanceMinor, dueOn }, today);
}
