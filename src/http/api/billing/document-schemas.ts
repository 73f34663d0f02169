import { z } from '@hono/zod-openapi';
import type { Temporal } from 'temporal-polyfill';
import type { CreditNoteView } from '../../../billing/invoices/credit-note-read.service.ts';
import { type IssuedLine, statusOfInvoice } from '../../../billing/invoices/invoice.ts';
import { INVOICE_KINDS, LINE_KINDS } from '../../../billing/invoices/invoice-draft.ts';
import type { InvoiceView } from '../../../billing/invoices/invoice-read.service.ts';
import { daysOverdue, INVOICE_STATUSES } from '../../../billing/receivables/invoice-status.ts';
import { formatRate } from '../../../kernel/rate.ts';
import { id, instant, localDate, money, number, numberOrNull } from '../../schemas/values.ts';

const lineSchema = z.object({
  kind: z.enum(LINE_KINDS),
  description: z.string(),
  amount: money,
  discount: money,
  period_start: localDate.nullable(),
  period_end: localDate.nullable(),
});

/** An invoice in an answer (billing-rules section 20). */
export const invoiceSchema = z
  .object({
    id,
    number: z.string().openapi({ example: 'INV-000001' }),
    kind: z.enum(INVOICE_KINDS),
    customer_id: id,
    service_id: id.nullable(),
    source_invoice: z.string().nullable(),
    source_invoice_id: id.nullable(),
    currency: z.string(),
    issue_date: localDate,
    due_date: localDate,
    period_start: localDate.nullable(),
    period_end: localDate.nullable(),
    lines: z.array(lineSchema),
    subtotal: money,
    discount_total: money,
    tax_rate: z.string().openapi({ example: '16' }),
    tax_total: money,
    total: money,
    amount_paid: money,
    amount_credited: money,
    amount_written_off: money,
    balance: money,
    status: z.enum(INVOICE_STATUSES),
    days_overdue: z.int(),
    reminders_held_until: localDate.nullable(),
    paid_at: instant.nullable(),
    voided_at: instant.nullable(),
  })
  .openapi('Invoice');

/** An invoice as JSON; `today` decides whether it is overdue. */
export function invoiceJson(
  { invoice, lines, sourceNumber }: InvoiceView,
  today: Temporal.PlainDate,
): z.input<typeof invoiceSchema> {
  const late = invoice.balanceMinor > 0n ? daysOverdue(invoice.dueOn, today) : 0;
  return {
    id: number(invoice.id),
    number: invoice.number,
    kind: invoice.kind,
    customer_id: number(invoice.customerId),
    service_id: numberOrNull(invoice.serviceId),
    source_invoice: sourceNumber ?? null,
    source_invoice_id: numberOrNull(invoice.sourceInvoiceId),
    currency: invoice.currency,
    issue_date: invoice.issueOn.toString(),
    due_date: invoice.dueOn.toString(),
    period_start: invoice.period?.startOn.toString() ?? null,
    period_end: invoice.period?.endOn.toString() ?? null,
    lines: lines.map(lineJson),
    subtotal: number(invoice.subtotalMinor),
    discount_total: number(invoice.discountMinor),
    tax_rate: invoice.tax.isExempt ? '0' : formatRate(invoice.tax.rate),
    tax_total: number(invoice.taxMinor),
    total: number(invoice.totalMinor),
    amount_paid: number(invoice.paidMinor),
    amount_credited: number(invoice.creditedMinor),
    amount_written_off: number(invoice.writtenOffMinor),
    balance: number(invoice.balanceMinor),
    status: statusOfInvoice(invoice, today),
    days_overdue: late > 0 ? late : 0,
    reminders_held_until: invoice.dunningHoldUntil?.toString() ?? null,
    paid_at: invoice.paidAt?.toISOString() ?? null,
    voided_at: invoice.voidedAt?.toISOString() ?? null,
  };
}

/** A credit note in an answer (billing-rules section 20); credits are positive. */
export const creditNoteSchema = z
  .object({
    id,
    number: z.string().openapi({ example: 'CN-000001' }),
    invoice: z.string(),
    invoice_id: id,
    customer_id: id,
    service_id: id.nullable(),
    currency: z.string(),
    issue_date: localDate,
    subtotal: money,
    tax_total: money,
    total: money,
    applied_to_invoice: money,
    to_credit_balance: money,
    automatic: z.boolean(),
    reason: z.string().nullable(),
    lines: z.array(lineSchema),
  })
  .openapi('CreditNote');

/** A credit note as JSON. */
export function creditNoteJson(note: CreditNoteView): z.input<typeof creditNoteSchema> {
  return {
    id: number(note.id),
    number: note.number,
    invoice: note.invoiceNumber,
    invoice_id: number(note.invoiceId),
    customer_id: number(note.customerId),
    service_id: numberOrNull(note.serviceId),
    currency: note.currency,
    issue_date: note.issueDate,
    subtotal: number(note.subtotalMinor),
    tax_total: number(note.taxMinor),
    total: number(note.totalMinor),
    applied_to_invoice: number(note.appliedMinor),
    to_credit_balance: number(note.toCreditMinor),
    automatic: note.isAutomatic,
    reason: note.reason ?? null,
    lines: note.lines.map(lineJson),
  };
}

function lineJson(line: IssuedLine): z.input<typeof lineSchema> {
  return {
    kind: line.kind,
    description: line.description,
    amount: number(line.amountMinor),
    discount: number(line.discountMinor),
    period_start: line.period?.startOn.toString() ?? null,
    period_end: line.period?.endOn.toString() ?? null,
  };
}
