import { describe, expect, it } from 'vitest';
import { formatNumber } from '../../../src/billing/invoices/document-number.ts';
import { invoiceAmounts } from '../../../src/billing/invoices/invoice-amounts.ts';
import { termsFor } from '../../../src/billing/invoices/issue.service.ts';
import { defaultSettings } from '../../../src/platform/settings/setting.ts';
import { line } from '../../support/billing.ts';

const settings = defaultSettings();
const terms = termsFor(settings, 'cycle', false);

describe('what an invoice comes to (billing-rules I4)', () => {
  it('arrears example of section 3: 3000 and 3 blocks of 50 are 3654 with VAT', () => {
    const amounts = invoiceAmounts([line(3_000n), line(150n, { kind: 'overage' })], terms);
    expect(amounts).toMatchObject({ subtotalMinor: 3_150n, taxMinor: 504n, totalMinor: 3_654n });
  });

  it('discounts come before tax (V5): 3000 less 300 and 500 is 2552', () => {
    const amounts = invoiceAmounts([line(3_000n, { discountMinor: 800n })], terms);
    expect(amounts).toMatchObject({
      subtotalMinor: 2_200n,
      discountMinor: 800n,
      taxMinor: 352n,
      totalMinor: 2_552n,
    });
  });

  it('lines of amount 0 are left out (B4), lines discounted to 0 are not (I5)', () => {
    const amounts = invoiceAmounts([line(0n), line(500n, { discountMinor: 500n })], terms);
    expect(amounts.lines).toHaveLength(1);
    expect(amounts.totalMinor).toBe(0n);
  });

  it.each([
    ['late_fee', false, 580n],
    ['late_fee', true, 673n],
    ['cycle', false, 673n],
  ] as const)('a %s invoice of 580, late_fee_taxable %s, comes to %s (V5)', (kind, taxable, total) => {
    const own = termsFor({ ...settings, late_fee_taxable: taxable }, kind, false);
    expect(invoiceAmounts([line(580n)], own).totalMinor).toBe(total);
  });

  it('a late fee without tax is no price that contains tax (V3, V5)', () => {
    const own = termsFor({ ...settings, tax_mode: 'inclusive' }, 'late_fee', true);
    expect(invoiceAmounts([line(580n)], own).totalMinor).toBe(580n);
  });

  it.each([
    ['INV', 1n, 'INV-000001'],
    ['CN', 123_456n, 'CN-123456'],
    ['INV', 1_234_567n, 'INV-1234567'],
  ])('%s %s is printed %s (I3)', (series, value, text) => {
    expect(formatNumber(series, value)).toBe(text);
  });
});
