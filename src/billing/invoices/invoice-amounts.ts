import { type TaxTerms, taxAmounts } from '../tax.ts';
import type { LineDraft } from './invoice-draft.ts';

/** A line with what it earns, tax taken out. */
export interface ReckonedLine extends LineDraft {
  readonly netMinor: bigint;
}

/** What an invoice comes to (billing-rules I4). */
export interface InvoiceAmounts {
  readonly lines: readonly ReckonedLine[];
  /** Net of discount and tax. */
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
}

/** Reckons lines; those of amount 0 are left out (B4). Also what a preview shows before anything is issued. */
export function invoiceAmounts(lines: readonly LineDraft[], terms: TaxTerms): InvoiceAmounts {
  const kept = lines.filter((line) => line.amountMinor !== 0n);
  const taxed = taxAmounts(
    terms,
    kept.map((line) => line.amountMinor - line.discountMinor),
  );
  return {
    lines: kept.map((line, index) => ({ ...line, netMinor: taxed.netsMinor[index] ?? 0n })),
    subtotalMinor: taxed.subtotalMinor,
    discountMinor: kept.reduce((sum, line) => sum + line.discountMinor, 0n),
    taxMinor: taxed.taxMinor,
    totalMinor: taxed.subtotalMinor + taxed.taxMinor,
  };
}
