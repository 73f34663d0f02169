import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { issueCreditNote } from '../../../src/billing/invoices/credit-note.service.ts';
import { voidInvoice } from '../../../src/billing/invoices/void.service.ts';
import { ledgerBalances } from '../../../src/billing/ledger/balance.service.ts';
import { refundPayment } from '../../../src/billing/payments/refund.service.ts';
import { revenueReport } from '../../../src/reports/figures/money-reports.service.ts';
import { dateRange } from '../../../src/reports/figures/range.ts';
import { day, line, openTestBooks, type TestBooks, type TestCustomer } from '../../support/billing.ts';

let books: TestBooks;
let amina: TestCustomer;

beforeAll(async () => {
  books = await openTestBooks();
  amina = await books.customer();
});
afterEach(async () => {
  expect(await books.discrepancies()).toEqual([]);
});
afterAll(() => books.close());

const at = (date: string) => books.clock.set(`${date}T12:00:00Z`);
const revenue = async (from?: string, to?: string) => {
  const { shown } = await revenueReport(books.db, books.ctx(), { ...dateRange(from, to), currency: 'KES' });
  const { currency: _, methods, ...figures } = shown;
  return {
    ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value)])),
    methods: methods.map(({ method, collectedMinor }) => `${method} ${collectedMinor}`),
  };
};
const span = (from: string, to: string) => ({ startOn: day(from), endOn: day(to) });

describe('Z2 revenue', () => {
  it('counts each event on its own day, in a story of every kind of document', async () => {
    at('2025-04-01');
    const whole = span('2025-04-01', '2025-05-01');
    const april = await books.invoice(amina, 3_000n, {
      lines: [line(3_000n, { period: whole }), line(500n, { kind: 'setup' })],
    });
    at('2025-04-10');
    const payment = await books.pay(amina, 4_060n, { method: 'mpesa' });
    await books.pay(amina, 100n, { method: 'cash' });
    at('2025-04-16');
    await books.run((tx, ctx) =>
      issueCreditNote(
        tx,
        ctx,
        {
          invoiceId: april.id,
          lines: [line(1_500n, { kind: 'proration_credit', period: span('2025-04-16', '2025-05-01') })],
        },
        { isAutomatic: true },
      ),
    );
    at('2025-04-20');
    await books.run((tx, ctx) => refundPayment(tx, ctx, { paymentId: payment.id, amountMinor: 50n }));
    at('2025-05-01');
    await books.invoice(amina, 0n, {
      lines: [
        line(3_000n, { period: span('2025-05-01', '2025-06-01') }),
        line(200n, { kind: 'overage', period: whole }),
      ],
    });
    const wrong = await books.invoice(amina, 31_000n, {
      lines: [line(31_000n, { period: span('2025-05-01', '2025-06-01') })],
    });
    at('2025-06-10');
    expect(await revenue('2025-04-01', '2025-05-01')).toEqual({
      invoiced_net: 2_000,
      tax: 320,
      collected: 4_160,
      refunded: 50,
      // 3000 by day, the setup fee, the credit of the second half, overage on the last day of April.
      recognised: 3_000 + 500 - 1_500 + 200,
      monthly_revenue: 4_060,
      methods: ['cash 100', 'mpesa 4060'],
    });
    expect(await revenue('2025-04-01', '2025-04-11')).toMatchObject({
      recognised: 1_500,
      invoiced_net: 3_500,
    });
    expect(await revenue('2025-05-01', '2025-05-11')).toMatchObject({ recognised: 968 + 10_000 });
    expect(wrong.totalMinor).toBe(35_960n);
  });

  it('takes a void back on its own day: the months before it stay as they were', async () => {
    const before = await revenue('2025-04-01', '2025-06-01');
    at('2025-06-10');
    const [wrong] = await books.db.query<{ id: string }>(`select id from invoices where total = 35960`);
    if (wrong === undefined) throw new Error('The invoice of the story is missing.');
    const paid = await books.db.query('select 1 from invoices where id = $1::bigint and amount_paid > 0', [
      wrong.id,
    ]);
    expect(paid).toEqual([]);
    await books.run((tx, ctx) => voidInvoice(tx, ctx, { invoiceId: wrong.id as never }));
    expect(await revenue('2025-04-01', '2025-06-01')).toEqual(before);
    expect(await revenue('2025-06-01', '2025-07-01')).toMatchObject({
      invoiced_net: -31_000,
      tax: -4_960,
      recognised: -31_000,
      collected: 0,
    });
    expect(await revenue()).toMatchObject({ recognised: 2_000 + 3_200, invoiced_net: 2_000 + 3_200 });
  });

  it('agrees with the ledger over any range', async () => {
    for (const [from, to] of [
      ['2025-04-01', '2025-05-01'],
      ['2025-04-10', '2025-05-02'],
      ['2025-06-01', '2025-07-01'],
      [undefined, undefined],
    ]) {
      const balances = await ledgerBalances(books.db, dateRange(from, to));
      const moved = (account: string) =>
        Number(balances.find((one) => one.account === account && one.currency === 'KES')?.balanceMinor ?? 0n);
      const figures = await revenue(from, to);
      expect({ from, ...figures }).toMatchObject({
        invoiced_net: -moved('revenue'),
        tax: -moved('tax_payable'),
      });
      expect(Number(Reflect.get(figures, 'collected')) - Number(Reflect.get(figures, 'refunded'))).toBe(
        moved('cash'),
      );
    }
  });

  it('is empty, not missing, where nothing happened', async () => {
    expect(await revenue('2030-01-01', '2031-01-01')).toEqual({
      invoiced_net: 0,
      tax: 0,
      collected: 0,
      refunded: 0,
      recognised: 0,
      monthly_revenue: 0,
      methods: [],
    });
  });

  it('recognised adds up over adjacent ranges, whatever the lines are, and comes to all that was charged', async () => {
    const first = day('2026-01-01');
    const brian = await books.customer({ currency: 'USD' });
    const recognised = async (from: Temporal.PlainDate, to: Temporal.PlainDate) =>
      (await revenueReport(books.db, books.ctx(), { from, to, currency: 'USD' })).shown.recognised;
    const lines = fc.record({
      amount: fc.bigInt({ min: 1n, max: 99_999n }),
      kind: fc.constantFrom('base', 'proration_charge', 'overage', 'setup', 'one_off' as const),
      startsIn: fc.integer({ min: -40, max: 40 }),
      days: fc.integer({ min: 0, max: 45 }),
      issuedIn: fc.integer({ min: 0, max: 60 }),
    });
    let charged = 0n;
    await fc.assert(
      fc.asyncProperty(
        fc.array(lines, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: -60, max: 120 }), { minLength: 1, maxLength: 3 }),
        async (made, cuts) => {
          for (const { amount, kind, startsIn, days, issuedIn } of made) {
            books.clock.set(`${first.add({ days: issuedIn })}T12:00:00Z`);
            const startOn = first.add({ days: startsIn });
            const period = { startOn, endOn: startOn.add({ days }) };
            await books.invoice(brian, amount, {
              currency: 'USD',
              lines: [line(amount, { kind, ...(days > 0 && { period }) })],
            });
            charged += amount;
          }
          const [begin, end] = [first.subtract({ days: 100 }), first.add({ days: 200 })];
          const marks = [begin, ...cuts.map((days) => first.add({ days })), end];
          marks.sort(Temporal.PlainDate.compare);
          let sum = 0n;
          for (const [index, mark] of marks.slice(1).entries())
            sum += await recognised(marks[index] ?? begin, mark);
          expect(sum).toBe(charged);
          expect(await recognised(begin, end)).toBe(charged);
        },
      ),
      { numRuns: 15, seed: 5 },
    );
  }, 60_000);
});
