import type { CreditNoteId, CustomerId, InvoiceId } from '../../kernel/ids.ts';
import { roundRatio, shareOut, smaller } from '../../kernel/rounding.ts';
import type { Revenue } from '../ledger/posting.ts';
import type { Invoice } from './invoice.ts';
import { invoiceAmounts, type ReckonedLine } from './invoice-amounts.ts';
import type { LineDraft } from './invoice-draft.ts';

/** What a credit note is for: lines (credits positive, P4), or a gross amount (K1). */
export type CreditNoteDraft = { readonly invoiceId: InvoiceId } & (
  | { readonly lines: readonly LineDraft[] }
  | { readonly grossMinor: bigint }
);

/** What a credit note comes to. */
export interface CreditAmounts {
  readonly lines: readonly ReckonedLine[];
  readonly subtotalMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
}

/** How a credit note was used. */
export interface CreditUse {
  /** What lowered the balance of its invoice. */
  readonly appliedMinor: bigint;
  /** What went to the wallet. */
  readonly toCreditMinor: bigint;
}

/** An issued credit note. */
export interface IssuedCreditNote extends CreditAmounts, CreditUse {
  readonly id: CreditNoteId;
  /** As printed: `CN-000001`. */
  readonly number: string;
  readonly invoiceId: InvoiceId;
  readonly customerId: CustomerId;
}

/** Lines are taxed on their net as their invoice was (P4); a gross amount has the same share of tax (K1). */
export function creditAmounts(invoice: Invoice, draft: CreditNoteDraft): CreditAmounts {
  if ('lines' in draft) return invoiceAmounts(draft.lines, invoice.tax);
  const { grossMinor } = draft;
  const taxMinor =
    invoice.totalMinor === 0n ? 0n : roundRatio(grossMinor * invoice.taxMinor, invoice.totalMinor);
  return { lines: [], subtotalMinor: grossMinor - taxMinor, taxMinor, totalMinor: grossMinor };
}

/** The balance of the invoice first, the rest to the wallet (K1). */
export function creditUse(totalMinor: bigint, balanceMinor: bigint): CreditUse {
  const appliedMinor = smaller(totalMinor, balanceMinor);
  return { appliedMinor, toCreditMinor: totalMinor - appliedMinor };
}

/** The revenue given back: that of the lines, or a share of each line of the invoice. */
export function creditedRevenue(amounts: CreditAmounts, invoiceLines: readonly Revenue[]): Revenue[] {
  if (amounts.lines.length > 0) return amounts.lines.map(({ kind, netMinor }) => ({ kind, netMinor }));
  const shares = shareOut(
    amounts.subtotalMinor,
    invoiceLines.map((line) => line.netMinor),
  );
  return invoiceLines.map((line, index) => ({ kind: line.kind, netMinor: shares[index] ?? 0n }));
}
