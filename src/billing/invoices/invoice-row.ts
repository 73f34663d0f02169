import { Temporal } from 'temporal-polyfill';
import type { CustomerId, InvoiceId, ServiceId } from '../../kernel/ids.ts';
import { storedRate, type TaxTerms } from '../tax.ts';
import { formatNumber } from './document-number.ts';
import type { Invoice } from './invoice.ts';
import type { InvoiceKind, LocalPeriod } from './invoice-draft.ts';

/** A row of the table `invoices`. */
export interface InvoiceRow {
  readonly id: bigint;
  readonly series: string;
  readonly number: bigint;
  readonly kind: string;
  readonly customerId: bigint;
  readonly serviceId: bigint | null;
  readonly sourceInvoiceId: bigint | null;
  readonly currency: string;
  readonly issueDate: string;
  readonly dueDate: string;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  readonly subtotal: bigint;
  readonly discountTotal: bigint;
  readonly taxTotal: bigint;
  readonly total: bigint;
  readonly taxRate: string;
  readonly taxMode: string;
  readonly taxRounding: string;
  readonly taxExempt: boolean;
  readonly amountPaid: bigint;
  readonly amountCredited: bigint;
  readonly amountWrittenOff: bigint;
  readonly balance: bigint;
  readonly issuedAt: Date;
  readonly paidAt: Date | null;
  readonly voidedAt: Date | null;
  readonly dunningHoldUntil: string | null;
}

/** A row of the table as the rest of the program knows it. */
export function invoiceOf(row: InvoiceRow): Invoice {
  return {
    id: row.id.toString() as InvoiceId,
    number: formatNumber(row.series, row.number),
    // The check constraint of the table allows no other kinds.
    kind: row.kind as InvoiceKind,
    customerId: row.customerId.toString() as CustomerId,
    serviceId: row.serviceId === null ? undefined : (row.serviceId.toString() as ServiceId),
    sourceInvoiceId: row.sourceInvoiceId === null ? undefined : (row.sourceInvoiceId.toString() as InvoiceId),
    currency: row.currency,
    issueOn: Temporal.PlainDate.from(row.issueDate),
    dueOn: Temporal.PlainDate.from(row.dueDate),
    period: periodOf(row.periodStart, row.periodEnd),
    subtotalMinor: row.subtotal,
    discountMinor: row.discountTotal,
    taxMinor: row.taxTotal,
    totalMinor: row.total,
    tax: {
      // Written from terms alone.
      mode: row.taxMode as TaxTerms['mode'],
      rate: storedRate(row.taxRate),
      rounding: row.taxRounding as TaxTerms['rounding'],
      isExempt: row.taxExempt,
    },
    paidMinor: row.amountPaid,
    creditedMinor: row.amountCredited,
    writtenOffMinor: row.amountWrittenOff,
    balanceMinor: row.balance,
    issuedAt: row.issuedAt,
    paidAt: row.paidAt ?? undefined,
    voidedAt: row.voidedAt ?? undefined,
    dunningHoldUntil:
      row.dunningHoldUntil === null ? undefined : Temporal.PlainDate.from(row.dunningHoldUntil),
  };
}

/** A period from its two columns. */
export function periodOf(start: string | null, end: string | null): LocalPeriod | undefined {
  if (start === null || end === null) return undefined;
  return { startOn: Temporal.PlainDate.from(start), endOn: Temporal.PlainDate.from(end) };
}
