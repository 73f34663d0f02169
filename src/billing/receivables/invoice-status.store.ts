import { and, eq, gt, gte, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { invoices } from '../../db/schema/billing-documents.ts';
import type { InvoiceStatus } from './invoice-status.ts';

/** I7 as a condition on `invoices`; `invoiceStatus` says the same of one invoice. `today` is an ISO date. */
export function hasStatus(status: InvoiceStatus, today: string): SQL | undefined {
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
