import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { InvoiceId } from '../../kernel/ids.ts';
import { invoiceNotFound } from './credit-note.service.ts';
import { findInvoice } from './invoice.store.ts';
import type { Invoice, IssuedLine } from './invoice.ts';
import {
  type InvoiceFilter,
  linesOfInvoices,
  listInvoices,
  numbersOfInvoices,
} from './invoice-list.store.ts';

export type { InvoiceFilter } from './invoice-list.store.ts';

/** An invoice as it is shown. */
export interface InvoiceView {
  readonly invoice: Invoice;
  readonly lines: readonly IssuedLine[];
  /** The number of the invoice a late fee is for. */
  readonly sourceNumber: string | undefined;
}

/** One invoice; throws `invoice_not_found`. */
export async function readInvoice(q: Queryable, id: InvoiceId): Promise<InvoiceView> {
  const invoice = await findInvoice(q, id);
  const [view] = invoice === undefined ? [] : await withParts(q, [invoice]);
  if (view === undefined) throw invoiceNotFound(id);
  return view;
}

/** Invoices newest first; `today` decides which are overdue. */
export async function readInvoices(
  q: Queryable,
  filter: InvoiceFilter,
  today: Temporal.PlainDate,
): Promise<InvoiceView[]> {
  return withParts(q, await listInvoices(q, filter, today));
}

async function withParts(q: Queryable, found: readonly Invoice[]): Promise<InvoiceView[]> {
  const lines = await linesOfInvoices(
    q,
    found.map((invoice) => invoice.id),
  );
  const sources = found.flatMap(({ sourceInvoiceId }) =>
    sourceInvoiceId === undefined ? [] : [sourceInvoiceId],
  );
  const numbers = await numbersOfInvoices(q, sources);
  return found.map((invoice) => ({
    invoice,
    lines: lines.get(invoice.id) ?? [],
    sourceNumber: invoice.sourceInvoiceId && numbers.get(invoice.sourceInvoiceId),
  }));
}
