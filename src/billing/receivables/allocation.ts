import type { InvoiceId, PaymentId } from '../../kernel/ids.ts';
import { smaller } from '../../kernel/rounding.ts';

/** Money in a wallet that may be put on invoices. */
export interface WalletCredit {
  readonly id: string;
  /** Set when a payment brought it. */
  readonly paymentId: PaymentId | undefined;
  readonly remainingMinor: bigint;
}

/** An invoice that is owed. `dueDate` is an ISO date, which sorts as text. */
export interface OwedInvoice {
  readonly id: InvoiceId;
  readonly number: bigint;
  readonly dueDate: string;
  readonly balanceMinor: bigint;
}

/** A part of a credit for one invoice. */
export interface AllocationDraft {
  readonly credit: WalletCredit;
  readonly invoiceId: InvoiceId;
  readonly amountMinor: bigint;
}

/** The order in which invoices are paid: the named one, then the oldest due date, then the lowest number (A1). */
export function paymentOrder(invoices: readonly OwedInvoice[], named?: InvoiceId): OwedInvoice[] {
  const rank = (invoice: OwedInvoice): number => (invoice.id === named ? 0 : 1);
  return [...invoices].sort(
    (a, b) => rank(a) - rank(b) || compareText(a.dueDate, b.dueDate) || (a.number < b.number ? -1 : 1),
  );
}

/** Puts credits, in their order, on invoices in theirs until either is used up (A1 to A3, A5). */
export function allocate(
  credits: readonly WalletCredit[],
  invoices: readonly OwedInvoice[],
): AllocationDraft[] {
  const drafts: AllocationDraft[] = [];
  const waiting = credits.map((credit) => ({ credit, leftMinor: credit.remainingMinor }));
  for (const invoice of invoices) {
    let owedMinor = invoice.balanceMinor;
    for (const entry of waiting) {
      if (owedMinor === 0n) break;
      const amountMinor = smaller(entry.leftMinor, owedMinor);
      if (amountMinor === 0n) continue;
      drafts.push({ credit: entry.credit, invoiceId: invoice.id, amountMinor });
      entry.leftMinor -= amountMinor;
      owedMinor -= amountMinor;
    }
  }
  return drafts;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
