import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, paymentOrder } from '../../../src/billing/receivables/allocation.ts';
import type { InvoiceId, PaymentId } from '../../../src/kernel/ids.ts';
import { smaller } from '../../../src/kernel/rounding.ts';

const credit = (id: number, remainingMinor: bigint) => ({
  id: String(id),
  paymentId: String(id) as PaymentId,
  remainingMinor,
});
const owed = (id: number, balanceMinor: bigint, dueDate = `2025-0${id}-15`) => ({
  id: String(id) as InvoiceId,
  number: BigInt(id),
  dueDate,
  balanceMinor,
});
const parts = (drafts: ReturnType<typeof allocate>) =>
  drafts.map((draft) => [draft.credit.id, draft.invoiceId, draft.amountMinor]);

describe('allocation', () => {
  it('pays the named invoice, then the oldest due date, then the lowest number (A1)', () => {
    const invoices = [owed(3, 1n), owed(2, 1n, '2025-01-15'), owed(1, 1n), owed(4, 1n)];
    const ids = (named?: string) => paymentOrder(invoices, named as InvoiceId).map((one) => one.id);
    expect(ids()).toEqual(['1', '2', '3', '4']);
    expect(ids('4')).toEqual(['4', '1', '2', '3']);
    expect(ids('99')).toEqual(['1', '2', '3', '4']);
  });

  it('15000 on three invoices of 11600 leave 0, 8200 and 11600 (A1, A2)', () => {
    const invoices = [owed(1, 11_600n), owed(2, 11_600n), owed(3, 11_600n)];
    expect(parts(allocate([credit(1, 15_000n)], invoices))).toEqual([
      ['1', '1', 11_600n],
      ['1', '2', 3_400n],
    ]);
  });

  it('a remainder is left (A3)', () => {
    expect(parts(allocate([credit(1, 38_400n)], [owed(1, 11_600n)]))).toEqual([['1', '1', 11_600n]]);
  });

  it('uses credits in their order (A5)', () => {
    expect(parts(allocate([credit(1, 5n), credit(2, 9n)], [owed(1, 8n), owed(2, 3n)]))).toEqual([
      ['1', '1', 5n],
      ['2', '1', 3n],
      ['2', '2', 3n],
    ]);
  });

  it('never exceeds a credit or a balance, and leaves money only when nothing is owed (G2)', () => {
    const amounts = fc.array(fc.bigInt(0n, 50_000n), { maxLength: 8 });
    fc.assert(
      fc.property(amounts, amounts, (remainings, balances) => {
        const credits = remainings.map((remaining, index) => credit(index + 1, remaining));
        const invoices = balances.map((balance, index) => owed(index + 1, balance));
        const drafts = allocate(credits, invoices);
        const total = (of: (draft: (typeof drafts)[number]) => boolean) =>
          drafts.filter(of).reduce((sum, draft) => sum + draft.amountMinor, 0n);
        for (const one of credits)
          expect(total((draft) => draft.credit.id === one.id) <= one.remainingMinor).toBe(true);
        for (const one of invoices)
          expect(total((draft) => draft.invoiceId === one.id) <= one.balanceMinor).toBe(true);
        const money = remainings.reduce((sum, one) => sum + one, 0n);
        const debt = balances.reduce((sum, one) => sum + one, 0n);
        expect(total(() => true)).toBe(smaller(money, debt));
        expect(drafts.every((draft) => draft.amountMinor > 0n)).toBe(true);
      }),
      { seed: 5 },
    );
  });
});
