import { and, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { invoiceLines, invoices } from '../../db/schema/billing-documents.ts';
import type { CustomerId, InvoiceId, ServiceId } from '../../kernel/ids.ts';
import type { InvoiceStatus } from '../receivables/invoice-status.ts';
import { formatNumber } from './document-number.ts';
import type { Invoice, IssuedLine } from './invoice.ts';
import type { InvoiceKind, LineKind } from './invoice-draft.ts';
import { invoiceOf, periodOf } from './invoice-row.ts';

/** Which invoices: local dates of issue `[from, to)`; `beforeId` goes on below one, newest first. */
export interface InvoiceFilter {
  readonly customerId?: CustomerId | undefined;
  readonly serviceId?: ServiceId | undefined;
  readonly status?: InvoiceStatus | undefined;
  readonly kind?: InvoiceKind | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly beforeId?: bigint | undefined;
  readonly limit: number;
}

/** Invoices newest first. */
export async function listInvoices(
  q: Queryable,
  filter: InvoiceFilter,
  today: Temporal.PlainDate,
): Promise<Invoice[]> {
  const conditions: (SQL | undefined)[] = [];
  if (filter.customerId !== undefined) conditions.push(eq(invoices.customerId, BigInt(filter.customerId)));
  if (filter.serviceId !== undefined) conditions.push(eq(invoices.serviceId, BigInt(filter.serviceId)));
  if (filter.kind !== undefined) conditions.push(eq(invoices.kind, filter.kind));
  if (filter.from !== undefined) conditions.push(gte(invoices.issueDate, filter.from));
  if (filter.to !== undefined) conditions.push(lt(invoices.issueDate, filter.to));
  if (filter.beforeId !== undefined) conditions.push(lt(invoices.id, filter.beforeId));
  if (filter.status !== undefined) conditions.push(hasStatus(filter.status, today.toString()));
  const rows = await orm(q)
    .select()
    .from(invoices)
    .where(and(...conditions))
    .orderBy(desc(invoices.id))
    .limit(filter.limit);
  return rows.map(invoiceOf);
}

/** The lines of several invoices, each in the order they were drafted. */
export async function linesOfInvoices(
  q: Queryable,
  ids: readonly InvoiceId[],
): Promise<ReadonlyMap<InvoiceId, IssuedLine[]>> {
  const byInvoice = new Map<InvoiceId, IssuedLine[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) return byInvoice;
  const rows = await orm(q)
    .select()
    .from(invoiceLines)
    .where(inArray(invoiceLines.invoiceId, ids.map(BigInt)))
    .orderBy(invoiceLines.id);
  for (const row of rows) {
    byInvoice.get(row.invoiceId.toString() as InvoiceId)?.push({
      // Written by insertInvoice alone.
      kind: row.kind as LineKind,
      description: row.description,
      amountMinor: row.amount,
      discountMinor: row.discount,
      netMinor: row.net,
      period: periodOf(row.periodStart, row.periodEnd),
      chargeKey: row.chargeKey,
    });
  }
  return byInvoice;
}

/** The printed numbers of invoices. */
export async function numbersOfInvoices(
  q: Queryable,
  ids: readonly InvoiceId[],
): Promise<ReadonlyMap<InvoiceId, string>> {
  if (ids.length === 0) return new Map();
  const rows = await orm(q)
    .select({ id: invoices.id, series: invoices.series, number: invoices.number })
    .from(invoices)
    .where(inArray(invoices.id, ids.map(BigInt)));
  return new Map(rows.map((row) => [row.id.toString() as InvoiceId, formatNumber(row.series, row.number)]));
}

/** I7 as a condition; `invoiceStatus` says the same of one invoice. */
function hasStatus(status: InvoiceStatus, today: string): SQL | undefined {
  const isWrittenOff = gt(invoices.amountWrittenOff, 0n);
  const isOwed = and(gt(invoices.balance, 0n), eq(invoices.amountWrittenOff, 0n));
  const isDue = lt(invoices.dueDate, today);
  const isNotDue = gte(invoices.dueDate, today);
  switch (status) {
    case 'void':
      return isNotNull(invoices.voidedAt);
    case 'written_off':
      return and(isNull(invoices.voidedAt), isWrittenOff);
    case 'paid':
      return and(isNull(invoices.voidedAt), eq(invoices.amountWrittenOff, 0n), eq(invoices.balance, 0n));
    case 'overdue':
      return and(isOwed, isDue);
    case 'partially_paid':
      return and(isOwed, isNotDue, sql`${invoices.balance} < ${invoices.total}`);
    case 'open':
      return and(isOwed, isNotDue, sql`${invoices.balance} = ${invoices.total}`);
  }
}
