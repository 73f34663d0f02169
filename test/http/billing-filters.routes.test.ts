import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BillingSite, openBillingSite } from './billing.fixture.ts';

const billing = '/api/isp/billing';
let site: BillingSite;

const call = (method: string, path: string, body?: unknown) =>
  site.api.call(method, `${billing}${path}`, body === undefined ? {} : { body });

/** Two invoices: one paid in full and credited, one overdue and part-paid, with its reminders. */
beforeAll(async () => {
  site = await openBillingSite();
  const paid = await site.invoice('2025-04-15');
  const pay = { customer_id: site.amina, method: 'cash' };
  await call('POST', '/payments', { ...pay, amount: 11_600, invoice_id: paid });
  const overdue = await site.invoice('2025-04-20');
  await call('POST', '/payments', { ...pay, amount: 1_000, invoice_id: overdue });
  await call('POST', `/invoices/${overdue}/credit-notes`, { amount: 500 });
  await call('POST', `/invoices/${paid}/credit-notes`, { amount: 100 });
  site.api.clock.set('2025-05-02T12:00:00Z');
  await call('POST', '/run/send-reminders', {});
});
afterAll(() => site.api.close());

const amounts = async (path: string, field: string) => {
  const { status, body } = await call('GET', path);
  expect(status).toBe(200);
  return body.items.map((item: Record<string, unknown>) => item[field]);
};

describe('section 20: status and kind', () => {
  it.each([
    ['credit-notes', 'total', 'kind=cycle', [100, 500]],
    ['credit-notes', 'total', 'kind=final', []],
    ['credit-notes', 'total', 'status=overdue', [500]],
    ['credit-notes', 'total', 'status=paid&kind=cycle', [100]],
    ['credit-notes', 'total', 'status=void', []],
    ['payments', 'amount', 'kind=cycle', [1_000, 11_600]],
    ['payments', 'amount', 'kind=late_fee', []],
    ['payments', 'amount', 'status=paid', [11_600]],
    ['payments', 'amount', 'status=overdue&kind=cycle', [1_000]],
    ['payments', 'amount', 'status=open', []],
    ['dunning-logs', 'level', 'kind=cycle', [2, 1]],
    ['dunning-logs', 'level', 'kind=cycle&status=sent', [2]],
    ['dunning-logs', 'level', 'kind=adjustment', []],
  ])('of %s (%s) by %s are %j: those of the invoice it is about', async (list, field, query, found) => {
    for (const more of ['', `&customer_id=${site.amina}`, `&service_id=${site.service}`]) {
      expect(await amounts(`/${list}?${query}${more}`, field)).toEqual(found);
    }
  });

  it.each([
    'credit-notes?status=sent',
    'payments?kind=x',
    'dunning-logs?kind=base',
    'dunning-logs?status=paid',
  ])('%s is refused', async (path) => {
    expect(await call('GET', `/${path}`)).toMatchObject({
      status: 422,
      body: { error: { code: 'validation_failed' } },
    });
  });
});
