import { Temporal } from 'temporal-polyfill';

/** Where an invoice is (billing-rules I7); never stored. */
export const INVOICE_STATUSES = ['open', 'partially_paid', 'overdue', 'paid', 'written_off', 'void'] as const;

export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

/** All that decides the status of an invoice. */
export interface InvoiceFacts {
  readonly isVoid: boolean;
  readonly totalMinor: bigint;
  readonly writtenOffMinor: bigint;
  readonly balanceMinor: bigint;
  readonly dueOn: Temporal.PlainDate;
}

/** The one status that fits the facts on a local date (I7). */
export function invoiceStatus(facts: InvoiceFacts, today: Temporal.PlainDate): InvoiceStatus {
  if (facts.isVoid) return 'void';
  if (facts.writtenOffMinor > 0n) return 'written_off';
  if (facts.balanceMinor === 0n) return 'paid';
  if (Temporal.PlainDate.compare(today, facts.dueOn) > 0) return 'overdue';
  return facts.balanceMinor < facts.totalMinor ? 'partially_paid' : 'open';
}

/** Local dates since the due date; negative before it (I7). */
export function daysOverdue(dueOn: Temporal.PlainDate, today: Temporal.PlainDate): number {
  return dueOn.until(today, { largestUnit: 'days' }).days;
}
