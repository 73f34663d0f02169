import { asc, eq } from 'drizzle-orm';
import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { invoiceLines, invoices } from '../../db/schema/billing-documents.ts';
import type { InvoiceId } from '../../kernel/ids.ts';
import type { Invoice, IssuedLine } from './invoice.ts';
import type { LineKind } from './invoice-draft.ts';
import { invoiceOf, periodOf } from './invoice-row.ts';

/** One invoice. */
export async function findInvoice(q: Queryable, id: InvoiceId): Promise<Invoice | undefined> {
  const [row] = await orm(q)
    .select()
    .from(invoices)
    .where(eq(invoices.id, BigInt(id)));
  return row && invoiceOf(row);
}

/** The lines of an invoice, in the order they were drafted. */
export async function linesOfInvoice(q: Queryable, id: InvoiceId): Promise<IssuedLine[]> {
  const rows = await orm(q)
    .select()
    .from(invoiceLines)
    .where(eq(invoiceLines.invoiceId, BigInt(id)))
    .orderBy(asc(invoiceLines.id));
  return rows.map((row) => ({
    // Written by insertInvoice alone.
    kind: row.kind as LineKind,
    description: row.description,
    amountMinor: row.amount,
    discountMinor: row.discount,
    netMinor: row.net,
    period: periodOf(row.periodStart, row.periodEnd),
    chargeKey: row.chargeKey,
  }));
}

/** Marks an invoice and its lines void, so that their charge keys are free again (R5, I8). */
export async function markVoid(tx: Transaction, id: InvoiceId, at: Temporal.Instant): Promise<void> {
  const voidedAt = new Date(at.epochMilliseconds);
  await orm(tx)
    .update(invoices)
    .set({ voidedAt, paidAt: null })
    .where(eq(invoices.id, BigInt(id)));
  await orm(tx)
    .update(invoiceLines)
    .set({ voided: true })
    .where(eq(invoiceLines.invoiceId, BigInt(id)));
}
