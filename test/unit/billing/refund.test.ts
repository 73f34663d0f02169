import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRefund } from '../../../src/billing/payments/refund.ts';
import type { InvoiceId, PaymentId } from '../../../src/kernel/ids.ts';
import { smaller } from '../../../src/kernel/rounding.ts';

const credit = (id: string, remainingMinor: bigint) => ({
  id,
  paymentId: id === 'own' ? ('1' as PaymentId) : undefined,
  remainingMinor,
});
const standing = (id: number, amountMinor: bigint, dueDate = `2025-0${id}-15`) => ({
  id: String(id),
  invoiceId: String(id) as InvoiceId,
  number: BigInt(id),
  dueDate,
  amountMinor,
});

describe('a refund (A6)', () => {
  it('uses the credit balance first, then takes back the latest due date', () => {
    const plan = planRefund({
      amountMinor: 10_000n,
      own: credit('own', 1_000n),
      others: [],
      allocations: [standing(1, 6_000n), standing(3, 4_000n), standing(2, 5_000n)],
    });
    expect(plan.fromCredit.map((part) => [part.credit.id, part.amountMinor])).toEqual([['own', 1_000n]]);
    expect(plan.takenBack.map((part) => [part.allocation.id, part.amountMinor])).toEqual([
      ['3', 4_000n],
      ['2', 5_000n],
    ]);
    expect(plan.handedOver).toEqual([]);
  });

  it('of one due date takes back the highest number first', () => {
    const allocations = [standing(1, 5n, '2025-01-15'), standing(2, 5n, '2025-01-15')];
    const plan = planRefund({ amountMinor: 5n, own: credit('own', 0n), others: [], allocations });
    expect(plan.takenBack.map((part) => part.allocation.id)).toEqual(['2']);
  });

  it('a balance of other money pays it too, and that money takes its place on an invoice', () => {
    const plan = planRefund({
      amountMinor: 8n,
      own: credit('own', 0n),
      others: [credit('other', 5n)],
      allocations: [standing(1, 10n)],
    });
    expect(plan.fromCredit.map((part) => [part.credit.id, part.amountMinor])).toEqual([['other', 5n]]);
    expect(plan.takenBack.map((part) => part.amountMinor)).toEqual([3n]);
    expect(plan.handedOver.map((part) => [part.to.id, part.amountMinor])).toEqual([['other', 5n]]);
  });

  it('whatever stands where, leaves exactly the payment less its refunds on invoices (G2)', () => {
    const amounts = fc.array(fc.bigInt(1n, 9_000n), { maxLength: 6 });
    fc.assert(
      fc.property(
        amounts,
        amounts,
        fc.bigInt(0n, 9_000n),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (on, others, own, part) => {
          const allocations = on.map((amount, index) => standing(index + 1, amount));
          const paid = on.reduce((sum, one) => sum + one, own);
          const amountMinor = (paid * BigInt(Math.floor(part * 1_000))) / 1_000n;
          const wallet = others.map((amount, index) => credit(`other${index}`, amount));
          const plan = planRefund({ amountMinor, own: credit('own', own), others: wallet, allocations });
          const sum = (list: readonly { amountMinor: bigint }[]) =>
            list.reduce((total, one) => total + one.amountMinor, 0n);
          expect(sum(plan.fromCredit) + sum(plan.takenBack)).toBe(amountMinor);
          const ofOwn = sum(plan.fromCredit.filter((one) => one.credit.id === 'own'));
          expect(sum(plan.handedOver)).toBe(sum(plan.fromCredit) - ofOwn);
          for (const one of allocations) {
            const gone = [...plan.takenBack, ...plan.handedOver].filter(
              (release) => release.allocation.id === one.id,
            );
            expect(sum(gone) <= one.amountMinor).toBe(true);
          }
          const credit0 = wallet.reduce((total, one) => total + one.remainingMinor, own);
          expect(sum(plan.fromCredit)).toBe(smaller(credit0, amountMinor));
        },
      ),
      { seed: 6 },
    );
  });
});
