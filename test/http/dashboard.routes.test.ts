import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDiscrepancies } from '../../src/billing/ledger/ledger-check.store.ts';
import { recordPerformance } from '../../src/reports/figures/performance.service.ts';
import { DENIED } from './hostile.ts';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

const billing = '/api/isp/billing';
let site: ServiceSite;

beforeAll(async () => {
  site = await openServiceSite();
});
afterAll(() => site.api.close());

const at = (date: string) => site.api.clock.set(`${date}T06:00:00Z`);
const call = async (method: string, path: string, body?: unknown) => {
  const answer = await site.api.call(method, path, body === undefined ? {} : { body });
  expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
  return answer.body;
};
const run = (task: string) => call('POST', `${billing}/run/${task}`, {});
const pay = (customer: number, amount: number) =>
  call('POST', `${billing}/payments`, { customer_id: customer, amount, method: 'cash' });

/** The dashboard, which must say what the ledger says. */
async function agreed() {
  const board = await call('GET', `${billing}/dashboard`);
  const ledger = async (query: string) => {
    const { items } = await call('GET', `/api/isp/reports/ledger${query}`);
    return (account: string): number =>
      items.find(
        (one: { account: string; currency: string }) => one.account === account && one.currency === 'KES',
      ).balance;
  };
  const all = await ledger('');
  expect([board.receivable, board.credit_balance]).toEqual([all('ar'), 0 - all('wallet')]);
  for (const month of [board.month, board.previous_month]) {
    const moved = await ledger(`?from=${month.from}&to=${month.to}`);
    expect([month.from, month.invoiced_net, month.tax, month.collected - month.refunded]).toEqual([
      month.from,
      0 - moved('revenue'),
      0 - moved('tax_payable'),
      moved('cash'),
    ]);
  }
  expect(await findDiscrepancies(site.api.db)).toEqual([]);
  return board;
}

it('is empty before the first customer pays anything', async () => {
  at('2025-04-01');
  const zero = { receivable: 0, overdue_amount: 0, overdue_invoices: 0, credit_balance: 0, mrr: 0 };
  expect(await agreed()).toMatchObject({ currency: 'KES', date: '2025-04-01', customers: 0, ...zero });
});

it('agrees with the ledger after each step of a story with every kind of document', async () => {
  at('2025-04-01');
  const home = (await site.create()).body.id;
  const other = (await site.create({ customer_id: site.brian })).body.id;
  await site.create({ customer_id: site.brian });
  expect(await agreed()).toMatchObject({
    customers: 2,
    active_services: 3,
    services: { active: 3, suspended: 0 },
    mrr: 900_000,
    receivable: 1_044_000,
    open_invoices: 3,
    month: { from: '2025-04-01', to: '2025-05-01', invoiced_net: 900_000, collected: 0 },
  });
  at('2025-04-10');
  const payment = await pay(site.amina, 400_000);
  expect(await agreed()).toMatchObject({
    receivable: 696_000,
    credit_balance: 52_000,
    monthly_revenue: 348_000,
  });
  await call('POST', `${billing}/payments/${payment.id}/refund`, { amount: 60_000 });
  expect(await agreed()).toMatchObject({
    receivable: 704_000,
    credit_balance: 0,
    month: { refunded: 60_000 },
  });
  const { items } = await call('GET', `${billing}/invoices?customer_id=${site.brian}`);
  await call('POST', `${billing}/invoices/${items[0].id}/credit-notes`, { amount: 48_000 });
  await agreed();
  at('2025-05-01');
  await run('generate-invoices');
  await run('send-reminders');
  await run('apply-late-fees');
  expect(await agreed()).toMatchObject({
    overdue_invoices: 3,
    overdue_amount: 656_000,
    previous_month: { collected: 400_000, refunded: 60_000 },
  });
  await call('POST', `${billing}/invoices/${items[1].id}/write-off`, {});
  await agreed();
  const late = await call('GET', `${billing}/invoices?kind=late_fee&customer_id=${site.brian}`);
  await call('POST', `${billing}/invoices/${late.items[0].id}/void`, {});
  await agreed();
  at('2025-05-16');
  await call('POST', `/api/isp/services/${other}/cancel`, { when: 'now' });
  await run('suspend-unpaid');
  const suspended = await agreed();
  expect(suspended.services).toMatchObject({ cancelled: 1 });
  await pay(site.amina, 2_000_000);
  await pay(site.brian, 100);
  expect((await agreed()).receivable).toBeGreaterThan(0);
  expect((await call('GET', `/api/isp/services/${home}`)).status).toBe('active');
  const deferred = await call('GET', `${billing}/dashboard?currency=USD`);
  expect(deferred).toMatchObject({ currency: 'USD', receivable: 0, mrr: 0, month: { collected: 0 } });
});

it('is for operators, in a currency', async () => {
  expect((await site.api.call('GET', `${billing}/dashboard`, { as: 'user' })).status).toBe(200);
  for (const path of [`${billing}/dashboard`, '/api/isp/reports/performance']) {
    for (const [, as, status, code] of DENIED) {
      const answer = await site.api.call('GET', path, { as });
      expect(answer).toMatchObject({ status, body: { error: { code } } });
    }
    expect(await site.api.call('GET', `${path}?currency=x`)).toMatchObject({ status: 422 });
  }
});

it('the figures of a day are kept once, and read with filters, in pages and as CSV', async () => {
  const { db, clock } = site.api;
  at('2025-06-01');
  const { recorded } = await recordPerformance({ db, clock });
  expect(recorded).toBeGreaterThanOrEqual(7);
  expect(await recordPerformance({ db, clock })).toEqual({ recorded: 0 });
  at('2025-06-02');
  await recordPerformance({ db, clock });
  const list = (query: string) => call('GET', `/api/isp/reports/performance?${query}`);
  const board = await call('GET', `${billing}/dashboard`);
  const { items } = await list('name=mrr&currency=KES');
  expect(items).toMatchObject([
    { name: 'mrr', at: '2025-06-02T00:00:00.000Z', currency: 'KES', value: board.mrr },
    { at: '2025-06-01T00:00:00.000Z' },
  ]);
  expect((await list('name=active_services&from=2025-06-02')).items).toMatchObject([
    { currency: null, value: board.active_services },
  ]);
  expect((await list('to=2025-06-01')).items).toEqual([]);
  const first = await list('limit=1');
  expect((await list(`limit=1&cursor=${first.next_cursor}`)).items[0].id).toBeLessThan(first.items[0].id);
  const csv = await site.api.call('GET', '/api/isp/reports/performance', { headers: { accept: 'text/csv' } });
  expect(csv.body.split('\n')[0]).toBe('id,name,at,currency,value');
  expect((await site.api.call('GET', '/api/isp/reports/performance?name=x')).status).toBe(422);
});
