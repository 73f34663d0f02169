import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueCreditNote } from '../../src/billing/invoices/credit-note.service.ts';
import { voidInvoice } from '../../src/billing/invoices/void.service.ts';
import { reverseWriteOff, writeOffInvoice } from '../../src/billing/invoices/write-off.service.ts';
import { checkLedger } from '../../src/billing/ledger/ledger-check.service.ts';
import { openStatement, type StatementEntry } from '../../src/billing/ledger/statement.service.ts';
import { refundPayment } from '../../src/billing/payments/refund.service.ts';
import { AppError } from '../../src/kernel/errors.ts';
import type { InvoiceId, PaymentId } from '../../src/kernel/ids.ts';
import { day, openTestBooks, type TestBooks, type TestCustomer } from '../support/billing.ts';
import { silentLogger } from '../support/silent-logger.ts';

let books: TestBooks;

beforeAll(async () => {
  books = await openTestBooks();
});
afterAll(() => books.close());

async function statement(customer: TestCustomer, from?: string, to?: string) {
  const range = {
    from: from === undefined ? undefined : day(from),
    to: to === undefined ? undefined : day(to),
  };
  const { openingMinor, entries } = await openStatement(books.db, { customerId: customer.id, ...range });
  const list: StatementEntry[] = [];
  for await (const entry of entries()) list.push(entry);
  return {
    openingMinor,
    list: list.map((one) => [one.on.toString(), one.event, one.amountMinor, one.balanceMinor]),
  };
}

describe('the statement of account (G4)', () => {
  test('runs from the opening balance through everything that changed what is owed less the credit', async () => {
    const customer = await books.customer();
    books.clock.set('2025-04-01T12:00:00Z');
    const { id } = await books.invoice(customer, 10_000n);
    books.clock.set('2025-04-10T12:00:00Z');
    const payment = await books.pay(customer, 12_000n);
    books.clock.set('2025-04-20T12:00:00Z');
    await books.run((tx, ctx) =>
      issueCreditNote(tx, ctx, { invoiceId: id, grossMinor: 1_160n }, { isAutomatic: false }),
    );
    books.clock.set('2025-05-01T12:00:00Z');
    await books.run((tx, ctx) => refundPayment(tx, ctx, { paymentId: payment.id, amountMinor: 2_000n }));
    const lost = await books.invoice(customer, 1_000n);
    await books.run((tx, ctx) => writeOffInvoice(tx, ctx, { invoiceId: lost.id }));
    expect(await statement(customer)).toEqual({
      openingMinor: 0n,
      list: [
        ['2025-04-01', 'invoice', 11_600n, 11_600n],
        ['2025-04-10', 'payment', -12_000n, -400n],
        ['2025-04-20', 'credit_note', -1_160n, -1_560n],
        ['2025-05-01', 'refund', 2_000n, 440n],
        ['2025-05-01', 'invoice', 1_160n, 1_600n],
        ['2025-05-01', 'write_off', -1_160n, 440n],
      ],
    });
    expect(await statement(customer, '2025-04-10', '2025-05-01')).toEqual({
      openingMinor: 11_600n,
      list: [
        ['2025-04-10', 'payment', -12_000n, -400n],
        ['2025-04-20', 'credit_note', -1_160n, -1_560n],
      ],
    });
  });

  test('of thousands of entries of one day is read whole, in pages (section 17)', async () => {
    const customer = await books.customer();
    await books.db.query(
      `with entry as (
         insert into ledger_entries (event, ref_id, customer_id, currency, occurred_on, occurred_at)
         select 'voucher', 1000000 + n, $1::bigint, 'KES', '2025-07-01', now() from generate_series(1, 2500) as n
         returning id, customer_id
       )
       insert into ledger_lines (entry_id, account, customer_id, amount)
       select id, account, customer_id, amount from entry, (values ('voucher_clearing', 1), ('wallet', -1)) as l (account, amount)`,
      [customer.id],
    );
    const { list } = await statement(customer);
    expect(list).toHaveLength(2_500);
    expect(list.at(-1)).toEqual(['2025-07-01', 'voucher', -1n, -2_500n]);
    await books.db.query('update customers set credit_balance = 2500 where id = $1::bigint', [customer.id]);
    await books.db.query(
      `insert into wallet_credits (customer_id, source, source_id, amount, remaining, credited_at)
       values ($1::bigint, 'voucher', 1, 2500, 2500, now())`,
      [customer.id],
    );
  });

  test('names the documents', async () => {
    const customer = await books.customer();
    const { number } = await books.invoice(customer, 10_000n);
    await books.pay(customer, 5n, { provider: 'mpesa', externalRef: 'QWE123' });
    const { entries } = await openStatement(books.db, { customerId: customer.id });
    const documents: string[] = [];
    for await (const entry of entries()) documents.push(entry.document);
    expect(documents).toEqual([number, 'QWE123']);
  });
});

describe('the nightly check (G2)', () => {
  test.each([
    [
      'wallet of a customer is the credit balance',
      'update customers set credit_balance = credit_balance + 1 where id = $1',
    ],
    [
      'ar of a customer is the sum of invoice balances',
      'update invoices set amount_paid = amount_paid + 1 where customer_id = $1',
    ],
    [
      'an invoice is paid by its allocations',
      'update invoices set amount_paid = amount_paid + 1 where customer_id = $1',
    ],
    [
      'a wallet credit is what is left',
      'update wallet_credits set remaining = remaining - 1 where customer_id = $1',
    ],
    [
      'an invoice is credited by its credit notes',
      'update invoices set amount_credited = 1 where customer_id = $1',
    ],
    ['numbers have no gaps', 'update number_series set next_value = next_value + 1 where $1 > 0'],
  ])('finds that "%s" is broken', async (rule, damage) => {
    const own = await openTestBooks();
    try {
      const customer = await own.customer();
      await own.invoice(customer, 10_000n);
      await own.pay(customer, 11_000n);
      const rich = await own.customer();
      await own.pay(rich, 500n);
      expect(await own.discrepancies()).toEqual([]);
      const victim = damage.includes('wallet_credits') ? rich : customer;
      await own.db.query(damage.replace('$1', `${victim.id}`));
      const found = await checkLedger({ db: own.db, logger: silentLogger });
      expect(found.map((one) => one.rule).join('; ')).toContain(rule);
    } finally {
      await own.close();
    }
  });
});

/** Steps of a life with money; each names its target by position among what is there. */
const step = fc.oneof(
  fc.record({ what: fc.constant('invoice' as const), amount: fc.bigInt(1n, 9_000n), target: fc.nat(30) }),
  fc.record({ what: fc.constant('pay' as const), amount: fc.bigInt(1n, 15_000n), target: fc.nat(30) }),
  fc.record({
    what: fc.constantFrom('credit' as const, 'refund' as const),
    amount: fc.bigInt(1n, 9_000n),
    target: fc.nat(30),
  }),
  fc.record({
    what: fc.constantFrom('void' as const, 'write_off' as const, 'reverse' as const),
    amount: fc.constant(0n),
    target: fc.nat(30),
  }),
);

test('whatever happens in whatever order, the books balance (G1, G2)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const customer = await books.customer();
      const invoices: InvoiceId[] = [];
      const payments: PaymentId[] = [];
      for (const { what, amount, target } of steps) {
        const invoiceId = invoices[target % (invoices.length || 1)] ?? ('999999' as InvoiceId);
        const paymentId = payments[target % (payments.length || 1)] ?? ('999999' as PaymentId);
        try {
          if (what === 'invoice') {
            const dueOn = day('2025-06-01').add({ days: target });
            invoices.push((await books.invoice(customer, amount, { dueOn })).id);
          } else if (what === 'pay') payments.push((await books.pay(customer, amount)).id);
          else if (what === 'credit')
            await books.run((tx, ctx) =>
              issueCreditNote(tx, ctx, { invoiceId, grossMinor: amount }, { isAutomatic: false }),
            );
          else if (what === 'refund')
            await books.run((tx, ctx) => refundPayment(tx, ctx, { paymentId, amountMinor: amount }));
          else if (what === 'void') await books.run((tx, ctx) => voidInvoice(tx, ctx, { invoiceId }));
          else if (what === 'write_off')
            await books.run((tx, ctx) => writeOffInvoice(tx, ctx, { invoiceId }));
          else await books.run((tx, ctx) => reverseWriteOff(tx, ctx, { invoiceId }));
        } catch (error) {
          // A refusal is fine; anything else is not.
          if (!(error instanceof AppError)) throw error;
        }
      }
      expect(await books.discrepancies()).toEqual([]);
      const owed = await books.db.query(
        'select count(*) from invoices where customer_id = $1::bigint and balance > 0 and amount_written_off = 0',
        [customer.id],
      );
      // Credit never lies beside a debt (A5).
      expect((await books.credit(customer)) === 0n || owed[0]?.count === '0').toBe(true);
    }),
    { seed: 17, numRuns: 25 },
  );
}, 60_000);
