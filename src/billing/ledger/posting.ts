import type { CustomerId } from '../../kernel/ids.ts';

/** The accounts of the ledger (billing-rules G3). */
export const ACCOUNTS = [
  'ar',
  'cash',
  'wallet',
  'revenue',
  'tax_payable',
  'bad_debt',
  'voucher_clearing',
] as const;

export type Account = (typeof ACCOUNTS)[number];

/** What an entry records (the table of G1); `refId` of an entry is the id of the row named here. */
export type LedgerEvent =
  | 'invoice'
  | 'payment'
  | 'allocation'
  | 'allocation_reversal'
  | 'credit_note'
  | 'refund'
  | 'void'
  | 'write_off'
  | 'write_off_reversal'
  | 'voucher';

/** One line of an entry: a debit is positive, a credit negative. */
export interface Posting {
  readonly account: Account;
  /** The line kind, of revenue. */
  readonly subAccount?: string | undefined;
  readonly amountMinor: bigint;
}

/** An entry to be written; its lines add up to 0, and those of 0 are left out when it is. */
export interface EntryDraft {
  readonly event: LedgerEvent;
  readonly refId: string;
  readonly customerId: CustomerId;
  readonly currency: string;
  readonly lines: readonly Posting[];
}

/** Revenue of one line kind. */
export interface Revenue {
  readonly kind: string;
  readonly netMinor: bigint;
}

/** Invoice: ar to revenue and tax. */
export function invoicePostings(revenue: readonly Revenue[], taxMinor: bigint): Posting[] {
  const earned = revenuePostings(revenue, -1n);
  const tax: Posting = { account: 'tax_payable', amountMinor: -taxMinor };
  const total = -totalOf([...earned, tax]);
  return [{ account: 'ar', amountMinor: total }, ...earned, tax];
}

/** Credit note: revenue and tax to ar, as far as the invoice was owed, and to the wallet. */
export function creditNotePostings(
  revenue: readonly Revenue[],
  parts: { readonly taxMinor: bigint; readonly appliedMinor: bigint; readonly toCreditMinor: bigint },
): Posting[] {
  return [
    ...revenuePostings(revenue, 1n),
    { account: 'tax_payable', amountMinor: parts.taxMinor },
    { account: 'ar', amountMinor: -parts.appliedMinor },
    { account: 'wallet', amountMinor: -parts.toCreditMinor },
  ];
}

/** Moves an amount: debits one account and credits another. */
export function transfer(debit: Account, credit: Account, amountMinor: bigint): Posting[] {
  return [
    { account: debit, amountMinor },
    { account: credit, amountMinor: -amountMinor },
  ];
}

/** The same lines with their signs turned. */
export function reversal(lines: readonly Posting[]): Posting[] {
  return lines.map((line) => ({ ...line, amountMinor: -line.amountMinor }));
}

/** What lines add up to. */
export function totalOf(lines: readonly Posting[]): bigint {
  return lines.reduce((sum, line) => sum + line.amountMinor, 0n);
}

function revenuePostings(revenue: readonly Revenue[], sign: 1n | -1n): Posting[] {
  const byKind = new Map<string, bigint>();
  for (const { kind, netMinor } of revenue) byKind.set(kind, (byKind.get(kind) ?? 0n) + netMinor);
  return [...byKind].map(([kind, netMinor]) => ({
    account: 'revenue',
    subAccount: kind,
    amountMinor: sign * netMinor,
  }));
}
