import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  creditNotePostings,
  invoicePostings,
  reversal,
  totalOf,
  transfer,
} from '../../../src/billing/ledger/posting.ts';

const revenue = [
  { kind: 'base', netMinor: 3_000n },
  { kind: 'overage', netMinor: 150n },
  { kind: 'base', netMinor: 100n },
];

describe('postings (billing-rules G1)', () => {
  it('an invoice debits ar and credits revenue by line kind, and tax (G3)', () => {
    expect(invoicePostings(revenue, 520n)).toEqual([
      { account: 'ar', amountMinor: 3_770n },
      { account: 'revenue', subAccount: 'base', amountMinor: -3_100n },
      { account: 'revenue', subAccount: 'overage', amountMinor: -150n },
      { account: 'tax_payable', amountMinor: -520n },
    ]);
  });

  it('a credit note debits revenue and tax, and credits ar and wallet', () => {
    const parts = { taxMinor: 240n, appliedMinor: 700n, toCreditMinor: 1_040n };
    expect(creditNotePostings([{ kind: 'base', netMinor: 1_500n }], parts)).toEqual([
      { account: 'revenue', subAccount: 'base', amountMinor: 1_500n },
      { account: 'tax_payable', amountMinor: 240n },
      { account: 'ar', amountMinor: -700n },
      { account: 'wallet', amountMinor: -1_040n },
    ]);
  });

  it.each([
    ['payment received', 'cash', 'wallet'],
    ['allocation', 'wallet', 'ar'],
    ['refund', 'wallet', 'cash'],
    ['write-off', 'bad_debt', 'ar'],
    ['credit voucher', 'voucher_clearing', 'wallet'],
  ] as const)('%s debits %s and credits %s', (_, debit, credit) => {
    expect(transfer(debit, credit, 5n)).toEqual([
      { account: debit, amountMinor: 5n },
      { account: credit, amountMinor: -5n },
    ]);
  });

  it('every entry sums to zero, and so does its reversal', () => {
    const net = fc.record({ kind: fc.constantFrom('base', 'setup'), netMinor: fc.bigInt(-1_000n, 9_999n) });
    fc.assert(
      fc.property(fc.array(net, { maxLength: 6 }), fc.bigInt(0n, 999n), (lines, taxMinor) => {
        const entry = invoicePostings(lines, taxMinor);
        expect(totalOf(entry)).toBe(0n);
        expect(totalOf(reversal(entry))).toBe(0n);
      }),
      { seed: 1 },
    );
  });
});
