import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { line } from '../support/billing.ts';
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

describe('invoices', () => {
  it('are answered with the fields of billing-rules section 20', async () => {
    const id = await site.invoice('2025-04-15', [
      line(10_000n, { discountMinor: 500n, description: 'Home 20M' }),
    ]);
    const { status, body } = await call('GET', `/invoices/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      id,
      number: expect.stringMatching(/^INV-\d{6}$/),
      kind: 'cycle',
      customer_id: site.amina,
      service_id: site.service,
      source_invoice: null,
      source_invoice_id: null,
      currency: 'KES',
      issue_date: '2025-04-01',
      due_date: '2025-04-15',
      period_start: '2025-04-01',
      period_end: '2025-05-01',
      lines: [
        {
          kind: 'base',
          description: 'Home 20M',
          amount: 10_000,
          discount: 500,
          period_start: null,
          period_end: null,
        },
      ],
      subtotal: 9_500,
      discount_total: 500,
      tax_rate: '16',
      tax_total: 1_520,
      total: 11_020,
      amount_paid: 0,
      amount_credited: 0,
      amount_written_off: 0,
      balance: 11_020,
      status: 'open',
      days_overdue: 0,
      reminders_held_until: null,
      paid_at: null,
      voided_at: null,
    });
  });

  it('are found by customer, service, status, kind and date of issue, newest first, in pages', async () => {
    const second = await site.invoice('2025-03-01');
    const third = await site.invoice('2025-04-20');
    const ids = async (query: string) => {
      const { status, body } = await call('GET', `/invoices?${query}`);
      expect(status).toBe(200);
      return body.items.map((item: { id: number }) => item.id);
    };
    expect(await ids(`customer_id=${site.amina}`)).toContain(third);
    expect(await ids(`service_id=${site.service}&status=overdue`)).toEqual([second]);
    expect(await ids('status=open')).not.toContain(second);
    expect(await ids('kind=late_fee')).toEqual([]);
    expect(await ids(`customer_id=${site.brian}`)).toEqual([]);
    expect(await ids('from=2025-04-02')).toEqual([]);
    expect((await ids('from=2025-04-01&to=2025-04-02')).slice(0, 2)).toEqual([third, second]);
    const first = await call('GET', '/invoices?limit=1');
    expect(first.body.items).toMatchObject([{ id: third }]);
    const next = await call('GET', `/invoices?limit=1&cursor=${first.body.next_cursor}`);
    expect(next.body.items).toMatchObject([{ id: second }]);
  });

  it('can be voided while nothing was paid, and once (I8)', async () => {
    const id = await site.invoice('2025-04-15');
    const { status, body } = await call('POST', `/invoices/${id}/void`, { reason: 'typing error' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'void', balance: 0, voided_at: expect.stringMatching(/Z$/) });
    const again = await call('POST', `/invoices/${id}/void`);
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'invoice_not_voidable' } } });
    expect((await call('GET', '/invoices?status=void')).body.items).toMatchObject([{ id }]);
    const audit = await site.api.call('GET', `/api/isp/audit-log?entity=invoice&entity_id=${id}`);
    expect(audit.body.items).toMatchObject([{ action: 'invoice.voided', after: { reason: 'typing error' } }]);
  });

  it('can be written off, and that be taken back (W1)', async () => {
    const id = await site.invoice('2025-04-15');
    const off = await call('POST', `/invoices/${id}/write-off`, {});
    expect(off).toMatchObject({
      status: 200,
      body: { status: 'written_off', balance: 0, amount_written_off: 11_600 },
    });
    const again = await call('POST', `/invoices/${id}/write-off`);
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'nothing_to_write_off' } } });
    const back = await call('POST', `/invoices/${id}/write-off/reverse`);
    expect(back).toMatchObject({ status: 200, body: { status: 'open', balance: 11_600 } });
    const nothing = await call('POST', `/invoices/${id}/write-off/reverse`);
    expect(nothing).toMatchObject({ status: 409, body: { error: { code: 'not_written_off' } } });
  });

  it('have reminders that wait for a promise to pay (N4)', async () => {
    const id = await site.invoice('2025-04-15');
    const held = await call('PUT', `/invoices/${id}/reminder-hold`, { until: '2025-05-01' });
    expect(held).toMatchObject({ status: 200, body: { reminders_held_until: '2025-05-01' } });
    const past = await call('PUT', `/invoices/${id}/reminder-hold`, { until: '2025-04-01' });
    expect(past).toMatchObject({ status: 422, body: { error: { code: 'validation_failed' } } });
    const free = await call('PUT', `/invoices/${id}/reminder-hold`, { until: null });
    expect(free).toMatchObject({ status: 200, body: { reminders_held_until: null } });
  });
});

describe('credit notes', () => {
  it('lower the balance first (K1) and are answered with the fields of section 20', async () => {
    const id = await site.invoice('2025-04-15');
    const { status, body } = await call('POST', `/invoices/${id}/credit-notes`, {
      amount: 1_160,
      reason: 'two days without service',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(Number),
      number: expect.stringMatching(/^CN-\d{6}$/),
      invoice: expect.stringMatching(/^INV-\d{6}$/),
      invoice_id: id,
      customer_id: site.amina,
      service_id: site.service,
      currency: 'KES',
      issue_date: '2025-04-01',
      subtotal: 1_000,
      tax_total: 160,
      total: 1_160,
      applied_to_invoice: 1_160,
      to_credit_balance: 0,
      automatic: false,
      reason: 'two days without service',
      lines: [],
    });
    expect((await call('GET', `/invoices/${id}`)).body).toMatchObject({
      amount_credited: 1_160,
      balance: 10_440,
      status: 'partially_paid',
    });
    expect((await call('GET', `/credit-notes/${body.id}`)).body).toEqual(body);
    expect((await call('GET', `/credit-notes?customer_id=${site.amina}`)).body.items).toEqual([body]);
    expect((await call('GET', `/credit-notes?customer_id=${site.brian}`)).body.items).toEqual([]);
    expect(
      (
        await call(
          'GET',
          `/credit-notes?invoice_id=${id}&service_id=${site.service}&from=2025-04-01&to=2025-04-02`,
        )
      ).body.items,
    ).toHaveLength(1);
  });

  it.each([
    ['more than the invoice (K2)', { amount: 11_601 }, 422, 'credit_exceeds_invoice'],
    ['nothing', { amount: 0 }, 422, 'validation_failed'],
    ['less than nothing', { amount: -5 }, 422, 'validation_failed'],
    ['a fraction', { amount: 5.5 }, 422, 'validation_failed'],
    ['a text', { amount: '5' }, 422, 'validation_failed'],
    ['no amount', {}, 422, 'validation_failed'],
    ['an unknown field', { amount: 5, colour: 'red' }, 422, 'validation_failed'],
  ])('of %s are refused', async (_, body, status, code) => {
    const id = await site.invoice('2025-04-15');
    const answer = await call('POST', `/invoices/${id}/credit-notes`, body);
    expect(answer).toMatchObject({ status, body: { error: { code } } });
    expect((await call('GET', `/invoices/${id}`)).body.balance).toBe(11_600);
  });

  it('on what is void or written off are refused (K2)', async () => {
    const id = await site.invoice('2025-04-15');
    await call('POST', `/invoices/${id}/void`);
    const answer = await call('POST', `/invoices/${id}/credit-notes`, { amount: 1 });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'invoice_not_creditable' } } });
  });
});

describe('who and what', () => {
  const operations = [
    ['GET', '/invoices', undefined],
    ['GET', '/invoices/1', undefined],
    ['GET', '/credit-notes', undefined],
    ['GET', '/credit-notes/1', undefined],
    ['POST', '/invoices/1/void', {}],
    ['POST', '/invoices/1/write-off', {}],
    ['POST', '/invoices/1/write-off/reverse', {}],
    ['POST', '/invoices/1/credit-notes', { amount: 1 }],
    ['PUT', '/invoices/1/reminder-hold', { until: null }],
  ] as const;

  it.each(operations)('%s %s is for operators alone', async (method, path, body) => {
    for (const [, as, status, code] of DENIED) {
      const answer = await site.api.call(method, `${billing}${path}`, { as, ...(body && { body }) });
      expect(answer).toMatchObject({ status, body: { error: { code } } });
    }
  });

  it.each(operations.filter(([method, path]) => method === 'POST' || path.endsWith('void')))(
    '%s %s is not daily work',
    async (method, path, body) => {
      const answer = await site.api.call(method, `${billing}${path}`, { as: 'user', body });
      expect(answer.status).toBe(403);
    },
  );

  it.each([
    ['GET', '/invoices/999999', undefined, 'not_found'],
    ['POST', '/invoices/999999/void', {}, 'not_found'],
    ['POST', '/invoices/999999/write-off', {}, 'not_found'],
    ['POST', '/invoices/999999/write-off/reverse', {}, 'not_found'],
    ['POST', '/invoices/999999/credit-notes', { amount: 1 }, 'not_found'],
    ['PUT', '/invoices/999999/reminder-hold', { until: null }, 'not_found'],
    ['GET', '/credit-notes/999999', undefined, 'not_found'],
  ])('%s %s names nothing', async (method, path, body, code) => {
    expect(await call(method, path, body)).toMatchObject({ status: 404, body: { error: { code } } });
  });

  it.each(HOSTILE_BODIES)('%s does no harm', async (_, body, statuses) => {
    const answer = await call('POST', '/invoices/1/credit-notes', body);
    expect(statuses).toContain(answer.status);
  });

  it.each([
    'status=maybe',
    'from=yesterday',
    'kind=x',
    'limit=101',
    'customer_id=x',
    'colour=red',
    'cursor=x',
  ])('the filter %s is refused', async (query) => {
    expect(await call('GET', `/invoices?${query}`)).toMatchObject({
      status: 422,
      body: { error: { code: 'validation_failed' } },
    });
  });
});
