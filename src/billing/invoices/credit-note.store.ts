import { eq, sql } from 'drizzle-orm';
import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { creditNoteLines, creditNotes } from '../../db/schema/billing-documents.ts';
import type { CreditNoteId, InvoiceId } from '../../kernel/ids.ts';
import type { CreditAmounts, CreditUse } from './credit-note.ts';
import type { Invoice } from './invoice.ts';

/** Writes a credit note with its lines. */
export async function insertCreditNote(
  tx: Transaction,
  note: {
    readonly invoice: Invoice;
    readonly amounts: CreditAmounts;
    readonly use: CreditUse;
    readonly number: bigint;
    readonly issueOn: Temporal.PlainDate;
    readonly at: Temporal.Instant;
    readonly isAutomatic: boolean;
    readonly reason: string | undefined;
  },
): Promise<CreditNoteId> {
  const { invoice, amounts, use } = note;
  const [row] = await orm(tx)
    .insert(creditNotes)
    .values({
      series: 'CN',
      number: note.number,
      invoiceId: BigInt(invoice.id),
      customerId: BigInt(invoice.customerId),
      serviceId: invoice.serviceId === undefined ? null : BigInt(invoice.serviceId),
      currency: invoice.currency,
      issueDate: note.issueOn.toString(),
      subtotal: amounts.subtotalMinor,
      taxTotal: amounts.taxMinor,
      total: amounts.totalMinor,
      applied: use.appliedMinor,
      toCredit: use.toCreditMinor,
      isAutomatic: note.isAutomatic,
      reason: note.reason ?? null,
      issuedAt: new Date(note.at.epochMilliseconds),
    })
    .returning({ id: creditNotes.id });
  const id = String(row?.id) as CreditNoteId;
  if (amounts.lines.length === 0) return id;
  await orm(tx)
    .insert(creditNoteLines)
    .values(
      amounts.lines.map((line, index) => ({
        creditNoteId: BigInt(id),
        position: BigInt(index),
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

/** What the credit notes of an invoice add up to. */
export async function creditedTotal(q: Queryable, invoiceId: InvoiceId): Promise<bigint> {
  const [row] = await orm(q)
    .select({ total: sql<string>`coalesce(sum(${creditNotes.total}), 0)` })
    .from(creditNotes)
    .where(eq(creditNotes.invoiceId, BigInt(invoiceId)));
  return BigInt(row?.total ?? 0);
}
