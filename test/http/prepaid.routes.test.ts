import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

let site: ServiceSite;
let call: ServiceSite['api']['call'];
let daily: number;
const START = '2025-04-01T10:00:00Z';

beforeAll(async () => {
  site = await openServiceSite();
  call = site.api.call;
  site.api.clock.set(START);
  const plan = {
    code: 'days-30',
    name: '30 days',
    price: 3_000,
    currency: 'KES',
    model: 'prepaid',
    validity: { unit: 'days', count: 30 },
  };
  daily = (await call('POST', '/api/isp/packages', { body: plan })).body.id;
});
afterAll(() => site.api.close());
beforeEach(() => site.api.clock.set(START));

async function customer(): Promise<number> {
  const body = { name: 'Chidi Eze', currency: 'KES' };
  return (await call('POST', '/api/isp/customers', { body })).body.id;
}
const create = async (customerId: number, more: object = {}) =>
  (await site.create({ customer_id: customerId, package_id: daily, ...more })).body;
const pay = (customerId: number, amount: number) =>
  call('POST', '/api/isp/billing/payments', { body: { customer_id: customerId, amount, method: 'cash' } });
const voucher = (body: object) => call('POST', '/api/isp/vouchers', { body });
const redeem = (body: object) => call('POST', '/api/isp/vouchers/redeem', { body });

it('Q1 to Q4: pending, paid, renewed and expired over the API', async () => {
  const owner = await customer();
  const { id, status } = await create(owner);
  expect(status).toBe('pending');
  const path = `/api/isp/services/${id}`;
  expect((await call('POST', `${path}/activate`)).body.error.code).toBe('insufficient_balance');
  await pay(owner, 3_480);
  expect((await call('GET', path)).body).toMatchObject({
    status: 'active',
    expires_at: '2025-05-01T10:00:00.000Z',
  });
  expect((await call('POST', `${path}/renew`)).status).toBe(402);
  await pay(owner, 3_480);
  expect((await call('POST', `${path}/renew`)).body).toMatchObject({
    expires_at: '2025-05-31T10:00:00.000Z',
  });
  const { items } = (await call('GET', `/api/isp/billing/invoices?service_id=${id}`)).body;
  expect(
    items.map(({ kind, status: state, total }: Record<string, unknown>) => [kind, state, total]),
  ).toEqual([
    ['prepaid', 'paid', 3_480],
    ['prepaid', 'paid', 3_480],
  ]);
  site.api.clock.set('2025-05-31T10:00:00Z');
  const run = await call('POST', '/api/isp/billing/run/expire-prepaid', { body: {} });
  expect(run.body.counts).toMatchObject({ expired: 1, failed: 0 });
  expect((await call('GET', path)).body.status).toBe('expired');
});

it('Q8: a change of package answers its documents, and 402 changes nothing', async () => {
  const owner = await customer();
  const { id } = await create(owner);
  await pay(owner, 3_480);
  const plan = { code: 'days-60', name: '60', price: 6_000, currency: 'KES', model: 'prepaid' };
  const { id: other } = (await call('POST', '/api/isp/packages', { body: plan })).body;
  site.api.clock.set('2025-04-16T10:00:00Z');
  const change = () =>
    call('POST', `/api/isp/services/${id}/change-package`, { body: { package_id: other } });
  expect((await change()).status).toBe(402);
  await pay(owner, 5_220);
  const { status, body } = await change();
  expect(status).toBe(200);
  expect(body).toMatchObject({ package_id: other, status: 'active' });
  expect([body.change.credit_note.total, body.change.invoice.total]).toEqual([1_740, 6_960]);
});

it('a postpaid service is not renewed', async () => {
  const { body } = await site.create();
  const answer = await call('POST', `/api/isp/services/${body.id}/renew`);
  expect([answer.status, answer.body.error.code]).toEqual([409, 'not_prepaid']);
});

it('Q7: a voucher is made, used once, and listed with its code', async () => {
  const owner = await customer();
  const made = await voucher({ type: 'credit', value: 500, expires_at: '2025-06-01T00:00:00Z' });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ type: 'credit', value: 500, currency: 'KES', used_at: null });
  const used = await redeem({ code: made.body.code, customer_id: owner });
  expect([used.status, used.body.used_by, used.body.code]).toEqual([200, owner, undefined]);
  expect((await call('GET', `/api/isp/customers/${owner}`)).body.credit_balance).toBe(500);
  const again = await redeem({ code: made.body.code, customer_id: owner });
  expect([again.status, again.body.error.code]).toEqual([409, 'voucher_used']);
  const { items } = (await call('GET', '/api/isp/vouchers?used=true')).body;
  expect(items[0]).toMatchObject({ id: made.body.id, code: made.body.code });
});

it('Q7: a batch of package vouchers, each a free period', async () => {
  const owner = await customer();
  const { id } = await create(owner);
  const batch = await call('POST', '/api/isp/vouchers/batches', {
    body: { name: 'Shop', count: 3, type: 'package', package_id: daily },
  });
  expect([batch.status, batch.body.items.length]).toEqual([201, 3]);
  const { status } = await redeem({ code: batch.body.items[0].code, customer_id: owner, service_id: id });
  expect(status).toBe(200);
  expect((await call('GET', `/api/isp/services/${id}`)).body.status).toBe('active');
  const left = await call('GET', `/api/isp/vouchers?batch_id=${batch.body.id}&used=false`);
  expect(left.body.items).toHaveLength(2);
});

it.each([
  ['a credit of nothing', { type: 'credit', value: 0 }, 422],
  ['a credit without a value', { type: 'credit' }, 422],
  ['a package voucher without a package', { type: 'package' }, 422],
  ['a package nobody knows', { type: 'package', package_id: 999_999 }, 404],
  ['a currency nobody knows', { type: 'credit', value: 1, currency: 'shillings' }, 422],
  ['a code nobody could type', { type: 'credit', value: 1, code: '!?' }, 422],
])('a voucher is refused: %s', async (_name, body, status) => {
  expect((await voucher(body)).status).toBe(status);
});

it.each([
  ['an unknown code', { code: 'NO-SUCH-CODE' }, 404, 'voucher_not_found'],
  ['an unknown customer', { code: 'NO-SUCH-CODE', customer_id: 999_999 }, 404, 'not_found'],
])('a redemption is refused: %s', async (_name, body, status, code) => {
  const answer = await redeem({ customer_id: site.amina, ...body });
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
});
