import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BillingSite, openBillingSite } from './billing.fixture.ts';
import { DENIED, HOSTILE_BODIES } from './hostile.ts';

const billing = '/api/isp/billing';
let site: BillingSite;

beforeAll(async () => {
  site = await openBillingSite();
});
afterEach(async () => {
  expect(await site.discrepancies()).toEqual([]);
});
afterAll(() => site.api.close());

const call = (method: string, path: string, body?: unknown) =>
  site.api.call(method, `${billing}${path}`, body === undefined ? {} : { body });
const creditOf = async (id: number) =>
  (await site.api.call('GET', `/api/isp/customers/${id}`)).body.credit_balance;

describe('payments', () => {
  it('go on the named invoice, then the oldest, the rest is credit (A1 to A3)', async () => {
    const early = await site.invoice('2025-04-15');
    const late = await site.invoice('2025-05-15');
    const { status, body } = await call('POST', '/payments', {
      customer_id: site.amina,
      amount: 25_000,
      method: 'mobile_money',
      provider: 'mpesa',
      external_ref: 'QX1',
      invoice_id: late,
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(Number),
      customer_id: site.amina,
      amount: 25_000,
      currency: 'KES',
      method: 'mobile_money',
      provider: 'mpesa',
      external_ref: 'QX1',
      invoice_id: late,
      refunded: 0,
      received_at: '2025-04-01T12:00:00.000Z',
      allocations: [
        { invoice_id: late, invoice: expect.any(String), amount: 11_600 },
        { invoice_id: early, invoice: expect.any(String), amount: 11_600 },
      ],
      credit: 1_800,
    });
    expect(await creditOf(site.amina)).toBe(1_800);
    expect((await call('GET', `/invoices/${early}`)).body).toMatchObject({
      status: 'paid',
      amount_paid: 11_600,
      paid_at: '2025-04-01T12:00:00.000Z',
    });
    const lists = [
      `customer_id=${site.amina}`,
      `service_id=${site.service}`,
      'from=2025-04-01&to=2025-04-02',
    ];
    for (const query of lists) expect((await call('GET', `/payments?${query}`)).body.items).toEqual([body]);
    for (const query of [`customer_id=${site.brian}`, 'from=2025-04-02', 'to=2025-04-01'])
      expect((await call('GET', `/payments?${query}`)).body.items).toEqual([]);
    expect((await call('GET', `/payments/${body.id}`)).body).toEqual(body);
  });

  it('sent again with the reference of a provider are answered as the first (A4)', async () => {
    const order = { customer_id: site.brian, amount: 500, provider: 'bank', external_ref: 'T-77' };
    const all = await Promise.all(Array.from({ length: 5 }, () => call('POST', '/payments', order)));
    expect(all.map((one) => one.status).sort()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(all.map((one) => one.body.id)).size).toBe(1);
    expect(await creditOf(site.brian)).toBe(500);
  });

  it('sent again with an Idempotency-Key are recorded once; another body is refused (A4)', async () => {
    const before = await creditOf(site.brian);
    const send = (amount: number) =>
      site.api.call('POST', `${billing}/payments`, {
        body: { customer_id: site.brian, amount },
        headers: { 'Idempotency-Key': 'till-5-receipt-9' },
      });
    const first = await send(50);
    expect(first.status).toBe(201);
    expect((await send(50)).body).toEqual(first.body);
    expect((await send(51)).status).toBe(409);
    expect(await creditOf(site.brian)).toBe(before + 50);
  });

  it.each([
    ['no money', { amount: 0 }, 422, 'validation_failed'],
    ['a negative amount', { amount: -100 }, 422, 'validation_failed'],
    ['a fraction', { amount: 10.5 }, 422, 'validation_failed'],
    ['another currency (M2)', { currency: 'USD' }, 409, 'currency_mismatch'],
    ['a customer nobody knows', { customer_id: 999_999 }, 404, 'not_found'],
    ['an invoice nobody knows', { invoice_id: 999_999 }, 404, 'not_found'],
    ['an unknown field', { colour: 'red' }, 422, 'validation_failed'],
  ])('with %s are refused and change nothing', async (_, change, status, code) => {
    const before = await creditOf(site.brian);
    const order = { customer_id: site.brian, amount: 100, ...change };
    expect(await call('POST', '/payments', order)).toMatchObject({ status, body: { error: { code } } });
    expect(await creditOf(site.brian)).toBe(before);
  });

  it.each(HOSTILE_BODIES)('%s does no harm', async (_, body, statuses) => {
    expect(statuses).toContain((await call('POST', '/payments', body)).status);
  });
});

describe('refunds (A6)', () => {
  it('take the credit balance first, then reopen invoices', async () => {
    const { body: customer } = await site.api.call('POST', '/api/isp/customers', { body: { name: 'Chege' } });
    const paid = await call('POST', '/payments', { customer_id: customer.id, amount: 1_000 });
    const part = await call('POST', `/payments/${paid.body.id}/refund`, {
      amount: 400,
      reason: 'moved away',
    });
    expect(part).toMatchObject({ status: 200, body: { refunded: 400, credit: 600 } });
    const over = await call('POST', `/payments/${paid.body.id}/refund`, { amount: 601 });
    expect(over).toMatchObject({ status: 422, body: { error: { code: 'refund_exceeds_payment' } } });
    const rest = await call('POST', `/payments/${paid.body.id}/refund`);
    expect(rest).toMatchObject({ status: 200, body: { refunded: 1_000, credit: 0 } });
    expect(await creditOf(customer.id)).toBe(0);
    const unknown = await call('POST', '/payments/999999/refund');
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    const negative = await call('POST', `/payments/${paid.body.id}/refund`, { amount: -1 });
    expect(negative).toMatchObject({ status: 422, body: { error: { code: 'validation_failed' } } });
  });
});

describe('the books', () => {
  it('a statement runs from the opening to the closing balance (G4)', async () => {
    const whole = await call('GET', `/customers/${site.amina}/statement`);
    expect(whole.status).toBe(200);
    expect(whole.body).toMatchObject({ opening_balance: 0, closing_balance: -1_800, currency: 'KES' });
    expect(
      whole.body.entries.map((entry: { kind: string; balance: number }) => [entry.kind, entry.balance]),
    ).toEqual([
      ['invoice', 11_600],
      ['invoice', 23_200],
      ['payment', -1_800],
    ]);
    expect(whole.body.entries[0]).toEqual({
      date: '2025-04-01',
      kind: 'invoice',
      document: expect.stringMatching(/^INV-/),
      amount: 11_600,
      balance: 11_600,
    });
    const later = await call('GET', `/customers/${site.amina}/statement?from=2025-04-02&to=2025-05-01`);
    expect(later.body).toMatchObject({ opening_balance: -1_800, entries: [], closing_balance: -1_800 });
    expect(await call('GET', '/customers/999999/statement')).toMatchObject({ status: 404 });
    expect(await call('GET', `/customers/${site.amina}/statement?from=May`)).toMatchObject({ status: 422 });
  });

  it('the accounts of the ledger add up to zero (G1, G3)', async () => {
    const { status, body } = await site.api.call('GET', '/api/isp/reports/ledger');
    expect(status).toBe(200);
    expect(body.items.map((item: { account: string }) => item.account)).toEqual([
      'ar',
      'cash',
      'wallet',
      'revenue',
      'tax_payable',
      'bad_debt',
      'voucher_clearing',
    ]);
    const sum = body.items.reduce((total: number, item: { balance: number }) => total + item.balance, 0);
    expect(sum).toBe(0);
    const own = await site.api.call('GET', `/api/isp/reports/ledger?customer_id=${site.amina}`);
    expect(own.body.items).toContainEqual({ account: 'wallet', currency: 'KES', balance: -1_800 });
  });
});

describe('who', () => {
  it.each([
    ['GET', '/payments', undefined],
    ['GET', '/payments/1', undefined],
    ['POST', '/payments', { customer_id: 1, amount: 1 }],
    ['POST', '/payments/1/refund', {}],
    ['GET', '/customers/1/statement', undefined],
    ['GET', '/../reports/ledger', undefined],
  ])('%s %s is for operators alone', async (method, path, body) => {
    for (const [, as, status, code] of DENIED) {
      const answer = await site.api.call(method, new URL(`http://x${billing}${path}`).pathname, {
        as,
        ...(body && { body }),
      });
      expect(answer).toMatchObject({ status, body: { error: { code } } });
    }
  });

  it('taking money is daily work, giving it back is not', async () => {
    const taken = await site.api.call('POST', `${billing}/payments`, {
      as: 'user',
      body: { customer_id: site.brian, amount: 10 },
    });
    expect(taken.status).toBe(201);
    const given = await site.api.call('POST', `${billing}/payments/${taken.body.id}/refund`, { as: 'user' });
    expect(given.status).toBe(403);
  });
});
