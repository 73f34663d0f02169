import { asc, eq } from 'drizzle-orm';
import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { invoiceLines, invoices } from '../../db/schema/billing-documents.ts';
import type { InvoiceId } from '../../kernel/ids.ts';
import { formatRate } from '../../kernel/rate.ts';
import type { TaxTerms } from '../tax.ts';
import type { Invoice, IssuedLine } from './invoice.ts';
import type { InvoiceAmounts } from './invoice-amounts.ts';
import type { InvoiceDraft, LineKind } from './invoice-draft.ts';
import { invoiceOf, periodOf } from './invoice-row.ts';

/** Writes an invoice with its lines; a charge key in use breaks `invoice_lines_charge_key`. */
export async function insertInvoice(
  tx: Transaction,
  invoice: {
    readonly draft: InvoiceDraft;
    readonly amounts: InvoiceAmounts;
    readonly tax: TaxTerms;
    readonly number: bigint;
    readonly at: Temporal.Instant;
  },
): Promise<InvoiceId> {
  const { draft, amounts, tax, number, at } = invoice;
  const issuedAt = new Date(at.epochMilliseconds);
  const [row] = await orm(tx)
    .insert(invoices)
    .values({
      series: 'INV',
      number,
      kind: draft.kind,
      customerId: BigInt(draft.customerId),
      serviceId: draft.serviceId === undefined ? null : BigInt(draft.serviceId),
      sourceInvoiceId: draft.sourceInvoiceId === undefined ? null : BigInt(draft.sourceInvoiceId),
      currency: draft.currency,
      issueDate: draft.issueOn.toString(),
      dueDate: draft.dueOn.toString(),
      periodStart: draft.period?.startOn.toString() ?? null,
      periodEnd: draft.period?.endOn.toString() ?? null,
      subtotal: amounts.subtotalMinor,
      discountTotal: amounts.discountMinor,
      taxTotal: amounts.taxMinor,
      total: amounts.totalMinor,
      taxRate: formatRate(tax.rate),
      taxMode: tax.mode,
      taxRounding: tax.rounding,
      taxExempt: tax.isExempt,
      issuedAt,
      // Nothing to pay: paid at once (I5).
      paidAt: amounts.totalMinor === 0n ? issuedAt : null,
    })
    .returning({ id: invoices.id });
  const id = String(row?.id) as InvoiceId;
  await orm(tx)
    .insert(invoiceLines)
    .values(
      amounts.lines.map((line) => ({
        invoiceId: BigInt(id),
        kind: line.kind,
        description: line.description,
        amount: line.amountMinor,
        discount: line.discountMinor,
        net: line.netMinor,
        periodStart: line.period?.startOn.toString() ?? null,
        periodEnd: line.period?.endOn.toString() ?? null,
        chargeKey: line.chargeKey,
      })),
    );
  return id;
}

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
