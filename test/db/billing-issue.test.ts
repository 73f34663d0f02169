import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { issueInvoice } from '../../src/billing/invoices/issue.service.ts';
import { line, openTestBooks, type TestBooks, type TestCustomer } from '../support/billing.ts';

let books: TestBooks;

beforeAll(async () => {
  books = await openTestBooks();
});
afterEach(async () => {
  expect(await books.discrepancies()).toEqual([]);
});
afterAll(() => books.close());

describe('issueInvoice', () => {
  test('an invoice is issued as it is made, with lines, tax, number, due date and ledger entry (I2 to I4, I6, G1)', async () => {
    const customer = await books.customer();
    const issued = await books.invoice(customer, 10_000n, {
      lines: [line(9_000n), line(1_000n, { kind: 'setup' })],
    });
    expect(issued).toMatchObject({ subtotalMinor: 10_000n, taxMinor: 1_600n, totalMinor: 11_600n });
    expect(issued.number).toMatch(/^INV-\d{6}$/);
    expect(await books.look(issued.id)).toMatchObject({ total: '11600', balance: '11600', is_paid: false });
    const lines = await books.db.query(
      `select account, sub_account, amount from ledger_lines l join ledger_entries e on e.id = l.entry_id
       where e.event = 'invoice' and e.ref_id = $1::bigint order by account, sub_account`,
      [issued.id],
    );
    expect(lines).toEqual([
      { account: 'ar', sub_account: null, amount: '11600' },
      { account: 'revenue', sub_account: 'base', amount: '-9000' },
      { account: 'revenue', sub_account: 'setup', amount: '-1000' },
      { account: 'tax_payable', sub_account: null, amount: '-1600' },
    ]);
    expect((await books.topics()).at(-1)).toBe('invoice.issued');
  });

  test('without lines there is no invoice and no number (I5)', async () => {
    const customer = await books.customer();
    const series = () => books.db.query('select next_value from number_series order by series');
    const before = await series();
    await expect(books.invoice(customer, 0n)).rejects.toThrow('No invoice was issued.');
    expect(await series()).toEqual(before);
  });

  test('lines discounted to zero make an invoice that is paid at once (I5)', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 0n, { lines: [line(500n, { discountMinor: 500n })] });
    expect(await books.look(id)).toMatchObject({ total: '0', balance: '0', is_paid: true });
  });

  test('credit is used when an invoice is issued; a remainder stays (A5)', async () => {
    const customer = await books.customer();
    await books.pay(customer, 38_400n);
    const { id } = await books.invoice(customer, 10_000n);
    expect(await books.look(id)).toMatchObject({ amount_paid: '11600', balance: '0', is_paid: true });
    expect(await books.credit(customer)).toBe(26_800n);
    expect((await books.topics()).slice(-2)).toEqual(['invoice.issued', 'invoice.paid']);
  });

  test('the exempt pay no tax (V4), and the rate is copied onto the invoice (V1)', async () => {
    const customer = await books.customer({ isTaxExempt: true });
    const exempt = await books.invoice(customer, 10_000n);
    expect(exempt).toMatchObject({ taxMinor: 0n, totalMinor: 10_000n });
    const taxed = await books.invoice(await books.customer(), 1_000n, {
      settings: { isp_vat_percent: '7.5' },
    });
    expect(taxed.totalMinor).toBe(1_075n);
    const [row] = await books.db.query('select tax_rate from invoices where id = $1::bigint', [taxed.id]);
    expect(row).toEqual({ tax_rate: '7.5' });
  });

  test('a thing is charged once, whoever asks (section 19), and a failure takes no number (I3)', async () => {
    const customer = await books.customer();
    const charge = line(1_000n);
    await books.invoice(customer, 0n, { lines: [charge] });
    const again = books.invoice(customer, 0n, { lines: [charge] });
    await expect(again).rejects.toMatchObject({ kind: 'conflict', code: 'already_charged' });
  });

  test('an invoice in another currency is refused (M2)', async () => {
    const customer = await books.customer({ currency: 'USD' });
    await expect(books.invoice(customer, 1_000n)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'currency_mismatch',
    });
  });

  test('numbers are gapless and unique when many issue at once and some fail (I3)', async () => {
    const customers: TestCustomer[] = [];
    for (let index = 0; index < 6; index++) customers.push(await books.customer());
    const charges = customers.map(() => line(700n));
    const work = customers.flatMap((customer, index) =>
      [charges[index], charges[(index + 1) % charges.length]].map((charge) =>
        books.invoice(customer, 0n, { lines: charge === undefined ? [] : [charge] }),
      ),
    );
    const outcomes = await Promise.allSettled(work);
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(6);
  });

  test('documents cannot be changed or deleted behind their back (I1)', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 1_000n);
    for (const statement of [
      `update invoices set total = 1, subtotal = 1, tax_total = 0 where id = ${id}`,
      `delete from invoices where id = ${id}`,
      `update invoice_lines set amount = 1 where invoice_id = ${id}`,
      'update ledger_lines set amount = amount',
      'delete from ledger_entries',
    ])
      await expect(books.db.query(statement)).rejects.toThrow(/append-only/);
  });

  test('an entry that does not sum to zero cannot be committed, nor one be added to (G1)', async () => {
    const customer = await books.customer();
    const entry = `insert into ledger_entries (event, ref_id, customer_id, currency, occurred_on, occurred_at)
      values ('voucher', 1, ${customer.id}, 'KES', '2025-04-01', now()) returning id`;
    const post = (amounts: readonly number[]) =>
      books.db.transaction(async (tx) => {
        const [row] = await tx.query(entry);
        for (const amount of amounts)
          await tx.query(
            `insert into ledger_lines (entry_id, account, customer_id, amount) values (${row?.id}, 'cash', ${customer.id}, ${amount})`,
          );
      });
    await expect(post([5, -4])).rejects.toThrow(/add up to 1, not to 0/);
    await expect(post([])).rejects.toThrow(/not to 0/);
    await post([5, -5]);
    const late = books.db.query(
      `insert into ledger_lines (entry_id, account, customer_id, amount)
       select max(id), 'cash', ${customer.id}, 1 from ledger_entries`,
    );
    await expect(late).rejects.toThrow(/is closed/);
  });

  test('a failure after the issue leaves nothing', async () => {
    const customer = await books.customer();
    const count = async () => (await books.db.query('select count(*) from invoices'))[0]?.count;
    const before = await count();
    const work = books.run(async (tx, ctx) => {
      await issueInvoice(tx, ctx, {
        kind: 'cycle',
        customerId: customer.id,
        currency: 'KES',
        issueOn: ctx.today,
        dueOn: ctx.today,
        lines: [line(5n)],
      });
      throw new Error('the power went out');
    });
    await expect(work).rejects.toThrow('the power went out');
    expect(await count()).toBe(before);
  });
});
