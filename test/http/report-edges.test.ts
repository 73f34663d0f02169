import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type BillingSite, openBillingSite } from './billing.fixture.ts';

const reports = '/api/isp/reports';
const billing = '/api/isp/billing';
let site: BillingSite;

beforeAll(async () => {
  site = await openBillingSite();
});
afterEach(async () => {
  expect(await site.discrepancies()).toEqual([]);
});
afterAll(() => site.api.close());

const at = (instant: string) => site.api.clock.set(instant);
const call = async (method: string, path: string, body?: object) => {
  const answer = await site.api.call(method, path, body === undefined ? {} : { body });
  expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
  return answer.body;
};
const pay = (amount: number) =>
  call('POST', `${billing}/payments`, { customer_id: site.amina, amount, method: 'cash' });

it('Z2 an invoice that a refund reopens is no longer fully paid, and is again on the day that pays it', async () => {
  at('2025-04-01T12:00:00Z');
  await site.invoice('2025-04-15');
  const payment = await pay(11_600);
  const april = `${reports}/revenue?from=2025-04-01&to=2025-05-01`;
  expect(await call('GET', april)).toMatchObject({ monthly_revenue: 11_600, collected: 11_600 });
  at('2025-05-02T12:00:00Z');
  await call('POST', `${billing}/payments/${payment.id}/refund`, { amount: 1 });
  expect(await call('GET', april)).toMatchObject({ monthly_revenue: 0, collected: 11_600, refunded: 0 });
  await pay(1);
  expect(await call('GET', `${reports}/revenue?from=2025-05-01&to=2025-06-01`)).toMatchObject({
    monthly_revenue: 11_600,
    collected: 1,
    refunded: 1,
    invoiced_net: 0,
  });
});

it('Z2 a range begins with the first instant of its first day and ends before that of the day it names', async () => {
  at('2025-07-01T23:59:59Z');
  await pay(70);
  at('2025-07-02T00:00:00Z');
  await pay(30);
  const collected = async (from: string, to: string) =>
    (await call('GET', `${reports}/revenue?from=${from}&to=${to}`)).collected;
  expect(await collected('2025-07-01', '2025-07-02')).toBe(70);
  expect(await collected('2025-07-02', '2025-07-03')).toBe(30);
  expect(await collected('2025-07-02', '2025-07-02')).toBe(0);
});

it('Z4 leaves void invoices out, and what was written off is not overdue', async () => {
  at('2025-08-01T12:00:00Z');
  const [wrong, lost] = [await site.invoice('2025-08-02'), await site.invoice('2025-08-02')];
  await site.invoice('2025-08-20');
  at('2025-08-05T12:00:00Z');
  const august = `${reports}/overdue?from=2025-08-01&to=2025-09-01`;
  // The credit of July went on the first of them: it is part-paid, and overdue all the same.
  expect(await call('GET', august)).toMatchObject({ issued: 3, overdue: 2, overdue_rate_bp: 6_667 });
  await call('POST', `${billing}/invoices/${lost}/void`, {});
  expect(await call('GET', august)).toMatchObject({ issued: 2, overdue: 1, overdue_amount: 11_500 });
  await call('POST', `${billing}/invoices/${wrong}/write-off`, {});
  expect(await call('GET', august)).toMatchObject({ issued: 2, overdue: 0, overdue_amount: 0 });
});

it('Z7 counts a customer whose service was live on any day of the range, the day of its end included', async () => {
  const customers = async (from: string, to: string) =>
    (await call('GET', `${reports}/arpu?from=${from}&to=${to}`)).customers;
  at('2025-10-10T12:00:00Z');
  const created = await site.create({ customer_id: site.brian });
  at('2025-10-20T12:00:00Z');
  await call('POST', `/api/isp/services/${created.body.id}/cancel`, { when: 'now' });
  expect(await customers('2025-10-01', '2025-10-10')).toBe(1);
  expect(await customers('2025-10-01', '2025-10-11')).toBe(2);
  expect(await customers('2025-10-20', '2025-11-01')).toBe(2);
  expect(await customers('2025-10-21', '2025-11-01')).toBe(1);
});

it('Z1 is without the tax that prices contain, and follows the setting', async () => {
  at('2025-12-01T12:00:00Z');
  await site.create({ customer_id: site.brian });
  expect(await call('GET', `${reports}/mrr`)).toMatchObject({ mrr: 300_000 });
  await call('PATCH', '/api/isp/settings', { tax_mode: 'inclusive' });
  // 300000 x 100 / 116
  expect(await call('GET', `${reports}/mrr`)).toMatchObject({ mrr: 258_621 });
});
