import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { refundPayment } from '../../src/billing/payments/refund.service.ts';
import type { InvoiceId, PaymentId } from '../../src/kernel/ids.ts';
import { placeHold } from '../../src/subscribers/services/holding.service.ts';
import { lockService } from '../../src/subscribers/services/service.store.ts';
import { testActor } from '../support/actor.ts';
import { day, openTestBooks, type TestBooks, type TestCustomer } from '../support/billing.ts';

let books: TestBooks;

beforeAll(async () => {
  books = await openTestBooks();
});
afterEach(async () => {
  expect(await books.discrepancies()).toEqual([]);
});
afterAll(() => books.close());

const balances = async (ids: readonly InvoiceId[]) =>
  Promise.all(ids.map(async (id) => Number((await books.look(id)).balance)));

async function threeInvoices(): Promise<{ customer: TestCustomer; ids: InvoiceId[] }> {
  const customer = await books.customer();
  const ids: InvoiceId[] = [];
  for (const dueOn of ['2025-04-15', '2025-05-15', '2025-06-15'])
    ids.push((await books.invoice(customer, 10_000n, { dueOn: day(dueOn) })).id);
  return { customer, ids };
}

const refund = (id: PaymentId, amountMinor?: bigint) =>
  books.run((tx, ctx) => refundPayment(tx, ctx, { paymentId: id, amountMinor }));

async function suspendFor(customer: TestCustomer, cause: 'nonpayment' | 'admin'): Promise<void> {
  await books.run(async (tx, ctx) => {
    const service = await lockService(tx, { id: customer.serviceId });
    if (service === undefined) throw new Error('The service is gone.');
    await placeHold(tx, { service, cause, actor: testActor, at: new Date(ctx.now.epochMilliseconds) });
  });
}

describe('payments', () => {
  test('go on the oldest due invoices first (A1, A2): 15000 leave 0, 8200, 11600', async () => {
    const { customer, ids } = await threeInvoices();
    await books.pay(customer, 15_000n);
    expect(await balances(ids)).toEqual([0, 8_200, 11_600]);
    expect(await books.credit(customer)).toBe(0n);
  });

  test('go on the invoice they name first, then on the oldest (A1)', async () => {
    const { customer, ids } = await threeInvoices();
    await books.pay(customer, 12_600n, { invoiceId: ids[2] });
    expect(await balances(ids)).toEqual([10_600, 11_600, 0]);
  });

  test('leave a remainder as credit (A3)', async () => {
    const { customer, ids } = await threeInvoices();
    await books.pay(customer, 50_000n);
    expect(await balances(ids)).toEqual([0, 0, 0]);
    expect(await books.credit(customer)).toBe(15_200n);
  });

  test('a repeat of a reference returns the first payment, also when many come at once (A4)', async () => {
    const customer = await books.customer();
    const other = await books.customer();
    const { id } = await books.invoice(customer, 10_000n);
    const reference = { provider: 'mpesa', externalRef: 'QK1', method: 'mobile' };
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, index) => books.pay(index < 6 ? customer : other, 11_600n, reference)),
    );
    expect(new Set(all.map((payment) => payment.id)).size).toBe(1);
    const first = all[0]?.customerId === customer.id ? customer : other;
    expect(await books.credit(first === customer ? other : customer)).toBe(0n);
    expect(Number((await books.look(id)).balance)).toBe(first === customer ? 0 : 11_600);
  });

  test('without a reference are each a payment of their own', async () => {
    const customer = await books.customer();
    await Promise.all([books.pay(customer, 5n), books.pay(customer, 5n), books.pay(customer, 5n)]);
    expect(await books.credit(customer)).toBe(15n);
  });

  test.each([
    ['nothing', 0n, {}, 'validation_failed'],
    ['a negative amount', -1n, {}, 'validation_failed'],
    ['a provider without a name', 5n, { provider: ' ' }, 'validation_failed'],
    ['another currency (M2)', 5n, { currency: 'USD' }, 'currency_mismatch'],
    ['an invoice nobody has', 5n, { invoiceId: '999999' as InvoiceId }, 'invoice_not_found'],
  ] as const)('%s is refused and changes nothing', async (_, amountMinor, more, code) => {
    const customer = await books.customer();
    await expect(books.pay(customer, amountMinor, more)).rejects.toMatchObject({ code });
    expect(await books.credit(customer)).toBe(0n);
  });

  test('an invoice of somebody else cannot be named', async () => {
    const { ids } = await threeInvoices();
    const customer = await books.customer();
    await expect(books.pay(customer, 5n, { invoiceId: ids[0] })).rejects.toMatchObject({
      code: 'invoice_not_found',
    });
  });

  test('an example of the ledger: 11600 invoiced, 12000 paid (G1)', async () => {
    const customer = await books.customer();
    await books.invoice(customer, 10_000n);
    await books.pay(customer, 12_000n);
    const rows = await books.db.query(
      `select account, sum(amount) as balance from ledger_lines where customer_id = $1::bigint group by 1 order by 1`,
      [customer.id],
    );
    expect(Object.fromEntries(rows.map((row) => [row.account, row.balance]))).toEqual({
      ar: '0',
      cash: '12000',
      revenue: '-10000',
      tax_payable: '-1600',
      wallet: '-400',
    });
  });
});

describe('reactivation (S3)', () => {
  test('the last unit of overdue balance brings a service back at once', async () => {
    const customer = await books.customer();
    await books.invoice(customer, 10_000n, { dueOn: day('2025-03-01') });
    await books.invoice(customer, 10_000n, { dueOn: day('2025-05-01') });
    await suspendFor(customer, 'nonpayment');
    await books.pay(customer, 11_599n);
    expect(await books.statusOf(customer)).toBe('suspended: nonpayment');
    await books.pay(customer, 1n);
    expect(await books.statusOf(customer)).toBe('active');
    expect(await books.topics()).toContain('service.resumed');
  });

  test('an administrator’s suspension stays (S5)', async () => {
    const customer = await books.customer();
    await books.invoice(customer, 10_000n, { dueOn: day('2025-03-01') });
    await suspendFor(customer, 'admin');
    await suspendFor(customer, 'nonpayment');
    await books.pay(customer, 11_600n);
    expect(await books.statusOf(customer)).toBe('suspended: admin');
  });
});

describe('refunds (A6)', () => {
  test('use the credit balance first, then take back the latest due date', async () => {
    const { customer, ids } = await threeInvoices();
    const payment = await books.pay(customer, 40_000n);
    expect(await refund(payment.id, 10_000n)).toMatchObject({
      fromCreditMinor: 5_200n,
      takenBackMinor: 4_800n,
    });
    expect(await balances(ids)).toEqual([0, 0, 4_800]);
    expect(await books.look(ids[2] ?? ('0' as InvoiceId))).toMatchObject({ is_paid: false });
    await refund(payment.id, 10_000n);
    expect(await balances(ids)).toEqual([0, 3_200, 11_600]);
    await refund(payment.id);
    expect(await balances(ids)).toEqual([11_600, 11_600, 11_600]);
    expect(await books.credit(customer)).toBe(0n);
  });

  test('of a payment use the balance another payment left, and no invoice loses money it need not', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 10_000n);
    const first = await books.pay(customer, 11_600n);
    const second = await books.pay(customer, 5_000n);
    await refund(first.id);
    expect(await balances([id])).toEqual([6_600]);
    expect(await books.credit(customer)).toBe(0n);
    await refund(second.id);
    expect(await balances([id])).toEqual([11_600]);
  });

  test('beyond what is left of the payment are refused (A6)', async () => {
    const customer = await books.customer();
    const payment = await books.pay(customer, 100n);
    await expect(refund(payment.id, 101n)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'refund_exceeds_payment',
    });
    await refund(payment.id, 60n);
    await expect(refund(payment.id, 41n)).rejects.toMatchObject({ code: 'refund_exceeds_payment' });
    await expect(refund(payment.id, 0n)).rejects.toMatchObject({ code: 'validation_failed' });
    await refund(payment.id);
    await expect(refund(payment.id)).rejects.toMatchObject({ code: 'refund_exceeds_payment' });
    await expect(refund('999999' as PaymentId)).rejects.toMatchObject({ code: 'payment_not_found' });
  });

  test('asked for twice at once are given once', async () => {
    const customer = await books.customer();
    const payment = await books.pay(customer, 100n);
    const both = await Promise.allSettled([refund(payment.id, 100n), refund(payment.id, 100n)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
