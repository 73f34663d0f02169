import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { creditAmounts, creditedRevenue, creditUse } from '../../../src/billing/invoices/credit-note.ts';
import type { Invoice } from '../../../src/billing/invoices/invoice.ts';
import { taxTerms } from '../../../src/billing/tax.ts';
import type { CustomerId, InvoiceId } from '../../../src/kernel/ids.ts';
import { defaultSettings } from '../../../src/platform/settings/setting.ts';
import { line } from '../../support/billing.ts';

const invoiceId = '7' as InvoiceId;

function invoice(more: Partial<Invoice> = {}): Invoice {
  return {
    id: invoiceId,
    number: 'INV-000007',
    kind: 'cycle',
    customerId: '1' as CustomerId,
    serviceId: undefined,
    sourceInvoiceId: undefined,
    currency: 'KES',
    issueOn: Temporal.PlainDate.from('2025-04-01'),
    dueOn: Temporal.PlainDate.from('2025-04-15'),
    period: undefined,
    subtotalMinor: 10_000n,
    discountMinor: 0n,
    taxMinor: 1_600n,
    totalMinor: 11_600n,
    tax: taxTerms(defaultSettings(), false),
    paidMinor: 0n,
    creditedMinor: 0n,
    writtenOffMinor: 0n,
    balanceMinor: 11_600n,
    issuedAt: new Date(0),
    paidAt: undefined,
    voidedAt: undefined,
    dunningHoldUntil: undefined,
    ...more,
  };
}

describe('credit notes', () => {
  it.each([
    [1_160n, 160n],
    [11_600n, 1_600n],
    [1n, 0n],
    [4n, 1n],
    [100n, 14n],
  ])('of %s on an invoice of 11600 %s is tax (K1)', (grossMinor, taxMinor) => {
    const amounts = creditAmounts(invoice(), { invoiceId, grossMinor });
    expect(amounts).toMatchObject({ taxMinor, totalMinor: grossMinor, subtotalMinor: grossMinor - taxMinor });
  });

  it('a downgrade from 6000 to 3000 in the middle gives 1740 back (P4)', () => {
    const lines = [line(3_000n, { kind: 'proration_credit' }), line(-1_500n, { kind: 'proration_charge' })];
    expect(creditAmounts(invoice(), { invoiceId, lines })).toMatchObject({
      subtotalMinor: 1_500n,
      taxMinor: 240n,
      totalMinor: 1_740n,
    });
  });

  it.each([
    [1_740n, 11_600n, 1_740n, 0n],
    [1_740n, 700n, 700n, 1_040n],
    [1_740n, 0n, 0n, 1_740n],
  ])(
    '%s on a balance of %s: %s to the invoice, %s to the wallet (K1)',
    (total, balance, applied, toCredit) => {
      expect(creditUse(total, balance)).toEqual({ appliedMinor: applied, toCreditMinor: toCredit });
    },
  );

  it('revenue is given back in the shares it was earned in (G1, G3)', () => {
    const amounts = creditAmounts(invoice(), { invoiceId, grossMinor: 1_160n });
    const earned = [
      { kind: 'base', netMinor: 9_000n },
      { kind: 'overage', netMinor: 1_000n },
    ];
    expect(creditedRevenue(amounts, earned)).toEqual([
      { kind: 'base', netMinor: 900n },
      { kind: 'overage', netMinor: 100n },
    ]);
  });
});
