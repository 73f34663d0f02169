import { and, asc, desc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { creditNoteLines, creditNotes, invoices } from '../../db/schema/billing-documents.ts';
import type { CreditNoteId, CustomerId, InvoiceId, ServiceId } from '../../kernel/ids.ts';
import type { InvoiceStatus } from '../receivables/invoice-status.ts';
import { invoiceStatusSql } from '../receivables/invoice-status-sql.ts';
import { formatNumber } from './document-number.ts';
import type { IssuedLine } from './invoice.ts';
import type { InvoiceKind, LineKind } from './invoice-draft.ts';
import { periodOf } from './invoice-row.ts';

/** A credit note as it is shown. */
export interface CreditNoteView {
  readonly id: CreditNoteId;
  readonly number: string;
  readonly invoiceId: InvoiceId;
  readonly invoiceNumber: string;
  readonly customerId: CustomerId;
  readonly serviceId: ServiceId | undefined;
  readonly currency: string;
  /** ISO date. */
  readonly issueDate: string;
  readonly subtotalMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  readonly appliedMinor: bigint;
  readonly toCreditMinor: bigint;
  readonly isAutomatic: boolean;
  readonly reason: string | undefined;
  readonly lines: readonly IssuedLine[];
}

/** Which credit notes: local dates of issue `[from, to)`; `beforeId` goes on below one, newest first. */
export interface CreditNoteFilter {
  readonly id?: CreditNoteId | undefined;
  readonly customerId?: CustomerId | undefined;
  readonly serviceId?: ServiceId | undefined;
  readonly invoiceId?: InvoiceId | undefined;
  /** Of the invoice it corrects. */
  readonly kind?: InvoiceKind | undefined;
  /** Of the invoice it corrects, on a local date. */
  readonly invoiceStatus?: { readonly is: InvoiceStatus; readonly on: Temporal.PlainDate } | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly beforeId?: bigint | undefined;
  readonly limit: number;
}

/** Credit notes newest first. */
export async function listCreditNotes(q: Queryable, filter: CreditNoteFilter): Promise<CreditNoteView[]> {
  const conditions: SQL[] = [];
  if (filter.id !== undefined) conditions.push(eq(creditNotes.id, BigInt(filter.id)));
  if (filter.customerId !== undefined) conditions.push(eq(creditNotes.customerId, BigInt(filter.customerId)));
  if (filter.serviceId !== undefined) conditions.push(eq(creditNotes.serviceId, BigInt(filter.serviceId)));
  if (filter.invoiceId !== undefined) conditions.push(eq(creditNotes.invoiceId, BigInt(filter.invoiceId)));
  if (filter.kind !== undefined) conditions.push(eq(invoices.kind, filter.kind));
  const { invoiceStatus } = filter;
  if (invoiceStatus !== undefined) {
    const status = sql.raw(invoiceStatusSql('invoices', invoiceStatus.on));
    conditions.push(sql`${status} = ${invoiceStatus.is}`);
  }
  if (filter.from !== undefined) conditions.push(gte(creditNotes.issueDate, filter.from));
  if (filter.to !== undefined) conditions.push(lt(creditNotes.issueDate, filter.to));
  if (filter.beforeId !== undefined) conditions.push(lt(creditNotes.id, filter.beforeId));
  const rows = await orm(q)
    .select({ note: creditNotes, series: invoices.series, number: invoices.number })
    .from(creditNotes)
    .innerJoin(invoices, eq(invoices.id, creditNotes.invoiceId))
    .where(and(...conditions))
    .orderBy(desc(creditNotes.id))
    .limit(filter.limit);
  const lines = await linesOf(
    q,
    rows.map(({ note }) => note.id),
  );
  return rows.map(({ note, series, number }) => ({
    id: note.id.toString() as CreditNoteId,
    number: formatNumber(note.series, note.number),
    invoiceId: note.invoiceId.toString() as InvoiceId,
    invoiceNumber: formatNumber(series, number),
    customerId: note.customerId.toString() as CustomerId,
    serviceId: note.serviceId === null ? undefined : (note.serviceId.toString() as ServiceId),
    currency: note.currency,
    issueDate: note.issueDate,
    subtotalMinor: note.subtotal,
    taxMinor: note.taxTotal,
    totalMinor: note.total,
    appliedMinor: note.applied,
    toCreditMinor: note.toCredit,
    isAutomatic: note.isAutomatic,
    reason: note.reason ?? undefined,
    lines: lines.get(note.id) ?? [],
  }));
}

async function linesOf(q: Queryable, ids: readonly bigint[]): Promise<ReadonlyMap<bigint, IssuedLine[]>> {
  const byNote = new Map<bigint, IssuedLine[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) return byNote;
  const rows = await orm(q)
    .select()
    .from(creditNoteLines)
    .where(inArray(creditNoteLines.creditNoteId, [...ids]))
    .orderBy(asc(creditNoteLines.creditNoteId), asc(creditNoteLines.position));
  for (const row of rows) {
    byNote.get(row.creditNoteId)?.push({
      // Written by insertCreditNote alone.
      kind: row.kind as LineKind,
      description: row.description,
      amountMinor: row.amount,
      discountMinor: row.discount,
      netMinor: row.net,
      period: periodOf(row.periodStart, row.periodEnd),
      chargeKey: row.chargeKey,
    });
  }
  return byNote;
}
