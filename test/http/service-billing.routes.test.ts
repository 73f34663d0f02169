import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

let site: ServiceSite;
let home6: number;
beforeAll(async () => {
  site = await openServiceSite();
  const { body } = await site.api.call('POST', '/api/isp/packages', {
    body: { code: 'home6', name: 'Home 6', price: 600_000, currency: 'KES' },
  });
  home6 = body.id;
});
afterAll(() => site.api.close());
beforeEach(() => site.api.clock.set('2026-04-01T00:00:00Z'));

const post = (path: string, body: unknown, as?: 'admin' | 'user' | 'nobody' | { customerId: string }) =>
  site.api.call('POST', path, { body, ...(as === undefined ? {} : { as }) });
const get = (path: string) => site.api.call('GET', path);

async function newService(more: object = {}): Promise<number> {
  const { status, body } = await site.create(more);
  expect([status, body.error]).toEqual([201, undefined]);
  return body.id;
}
const invoicesOf = (id: number) =>
  site.api.db.query(
    'select kind, total::int, period_start, period_end from invoices where service_id = $1::bigint order by id',
    [id],
  );

it('creating a postpaid service bills its first period at once (B2)', async () => {
  const id = await newService();
  expect(await invoicesOf(id)).toEqual([
    { kind: 'cycle', total: 348_000, period_start: '2026-04-01', period_end: '2026-05-01' },
  ]);
  expect((await get(`/api/isp/services/${id}`)).body).toMatchObject({
    status: 'active',
    anchor_day: 1,
    next_billing_date: '2026-05-01',
  });
});

it('activate: false keeps it pending; activating bills it; a second time is refused', async () => {
  const id = await newService({ activate: false });
  expect(await invoicesOf(id)).toEqual([]);
  site.api.clock.set('2026-04-10T12:00:00Z');
  expect((await post(`/api/isp/services/${id}/activate`, undefined)).body).toMatchObject({
    status: 'active',
  });
  expect(await invoicesOf(id)).toMatchObject([{ period_start: '2026-04-10', period_end: '2026-05-10' }]);
  expect(await post(`/api/isp/services/${id}/activate`, undefined)).toMatchObject({
    status: 409,
    body: { error: { code: 'already_active' } },
  });
});

it('an anchor, a first billed day and codes are taken at creation, and a refused code creates nothing', async () => {
  await site.api.db.query(
    `insert into isp_promotions (code, type, value, duration) values ('TEN', 'percent', 10, 'forever')`,
  );
  const id = await newService({ anchor_day: 16, promotion_codes: ['ten'] });
  expect(await invoicesOf(id)).toMatchObject([{ period_end: '2026-04-16' }]);
  const later = await newService({ billing_starts_on: '2026-05-01' });
  expect(await invoicesOf(later)).toEqual([]);
  const before = await site.api.db.query('select count(*) from isp_services');
  expect(await site.create({ promotion_codes: ['NONE'] })).toMatchObject({
    status: 404,
    body: { error: { code: 'promotion_not_found' } },
  });
  expect(await site.api.db.query('select count(*) from isp_services')).toEqual(before);
});

it('the first invoice is shown before the service is created', async () => {
  const { body, status } = await post('/api/isp/services/preview', {
    customer_id: site.amina,
    package_id: site.home,
    anchor_day: 16,
  });
  expect(status).toBe(200);
  expect(body.invoice).toMatchObject({
    issue_date: '2026-04-01',
    due_date: '2026-04-15',
    subtotal: 145_161,
    tax_total: 23_226,
    total: 168_387,
    lines: [{ kind: 'base', period_start: '2026-04-01', period_end: '2026-04-16' }],
  });
});

describe('change of package', () => {
  it('answers the service, what it cost and the document; the preview says the same and keeps nothing', async () => {
    const id = await newService();
    site.api.clock.set('2026-04-16T10:00:00Z');
    const order = { package_id: home6, effective: 'immediate' };
    const preview = await post(`/api/isp/services/${id}/change-package/preview`, order);
    expect(preview.body).toMatchObject({ credit: 150_000, charge: 300_000, invoice: { total: 174_000 } });
    expect(await invoicesOf(id)).toHaveLength(1);
    const { status, body } = await post(`/api/isp/services/${id}/change-package`, order);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      package_id: home6,
      change: {
        effective: 'immediate',
        effective_on: '2026-04-16',
        invoice: { total: 174_000 },
        credit_note: null,
      },
    });
  });

  it('for the next cycle shows the package that waits', async () => {
    const id = await newService();
    const { body } = await post(`/api/isp/services/${id}/change-package`, {
      package_id: home6,
      effective: 'next_cycle',
    });
    expect(body).toMatchObject({
      package_id: site.home,
      next_package_id: home6,
      change: { effective: 'next_cycle', effective_on: '2026-05-01', invoice: null },
    });
  });

  it.each([
    ['the same package', () => ({ package_id: site.home }), 409, 'package_unchanged'],
    ['no such package', () => ({ package_id: 999_999 }), 404, 'not_found'],
    ['a prepaid one', () => ({ package_id: site.prepaid }), 409, 'package_model_mismatch'],
    ['a word for a time', () => ({ package_id: home6, effective: 'soon' }), 422, 'validation_failed'],
    ['nothing', () => ({}), 422, 'validation_failed'],
  ])('%s is refused', async (_, order, status, code) => {
    const id = await newService();
    expect(await post(`/api/isp/services/${id}/change-package`, order())).toMatchObject({
      status,
      body: { error: { code } },
    });
  });
});

describe('cancellation', () => {
  it('now: the service ends, the rest comes back; again it is refused', async () => {
    const id = await newService();
    site.api.clock.set('2026-04-10T10:00:00Z');
    const preview = await post(`/api/isp/services/${id}/cancel/preview`, { when: 'now' });
    expect(preview.body).toMatchObject({ ends_on: '2026-04-11', credit_note: { total: 232_000 } });
    const { body } = await post(`/api/isp/services/${id}/cancel`, { when: 'now' });
    expect(body).toMatchObject({
      status: 'cancelled',
      cancellation: { credit_note: { total: 232_000 }, invoice: null },
    });
    expect(await post(`/api/isp/services/${id}/cancel`, { when: 'now' })).toMatchObject({
      status: 409,
      body: { error: { code: 'already_cancelled' } },
    });
  });

  it('at the end of the period, without proration, and with a word that is none', async () => {
    const id = await newService();
    const planned = await post(`/api/isp/services/${id}/cancel`, { when: 'period_end' });
    expect(planned.body).toMatchObject({
      status: 'active',
      cancel_at_end: true,
      cancellation: { ends_on: '2026-05-01' },
    });
    const now = await post(`/api/isp/services/${id}/cancel`, { when: 'now', prorate: false });
    expect(now.body).toMatchObject({ status: 'cancelled', cancellation: { credit_note: null } });
    expect(await post(`/api/isp/services/${id}/cancel`, { when: 'later' })).toMatchObject({ status: 422 });
  });
});

it('one-off items are billed now or wait, and the forecast shows what is next (T4)', async () => {
  const id = await newService();
  const path = `/api/isp/billing/services/${id}/items`;
  expect(await post(path, { amount: 50_000, description: 'Router' }, 'user')).toMatchObject({
    status: 201,
    body: { amount: 50_000, invoice: null },
  });
  expect((await post(path, { amount: 10_000, description: 'Visit', invoice_now: true })).body).toMatchObject({
    invoice: { total: 11_600 },
  });
  for (const amount of [0, -1, 1.5, '5']) {
    expect(await post(path, { amount, description: 'x' })).toMatchObject({ status: 422 });
  }
  const forecast = await get(`/api/isp/billing/services/${id}/forecast`);
  expect(forecast.body).toMatchObject({
    next_billing_date: '2026-05-01',
    invoices: [{ subtotal: 350_000, lines: [{ kind: 'base' }, { kind: 'one_off' }] }],
  });
});

it("a customer's forecast has each of his services; of nobody it is not found", async () => {
  const { body: customer } = await post('/api/isp/customers', { name: 'Forecast Ltd', currency: 'KES' });
  const first = await newService({ customer_id: customer.id });
  const second = await newService({ customer_id: customer.id, anchor_day: 16 });
  const { body } = await get(`/api/isp/billing/customers/${customer.id}/forecast`);
  expect(body.items).toMatchObject([
    { service_id: first, next_billing_date: '2026-05-01', invoices: [{ total: 348_000 }] },
    { service_id: second, next_billing_date: '2026-04-16', invoices: [{ total: 348_000 }] },
  ]);
  expect(await get('/api/isp/billing/customers/999999/forecast')).toMatchObject({
    status: 404,
    body: { error: { code: 'not_found' } },
  });
});

it('a code is redeemed on a service once', async () => {
  await site.api.db.query(
    `insert into isp_promotions (code, type, value, currency, duration) values ('LATER', 'fixed', 5, 'KES', 'once')`,
  );
  const id = await newService();
  const path = `/api/isp/services/${id}/promotions`;
  expect(await post(path, { code: 'later' })).toMatchObject({
    status: 200,
    body: { code: 'LATER', service_id: id, cycles_left: 1 },
  });
  expect(await post(path, { code: 'LATER' })).toMatchObject({
    status: 409,
    body: { error: { code: 'promotion_already_used' } },
  });
});

it('what is due of a service is billed by hand, once (R4), and its periods are listed', async () => {
  const id = await newService();
  site.api.clock.set('2026-06-01T00:00:00Z');
  const generated = await post('/api/isp/billing/generate-invoice', { service_id: id });
  expect(generated).toMatchObject({ status: 201, body: { total: 348_000, service_id: id } });
  expect(generated.body.invoices).toHaveLength(2);
  expect(await post('/api/isp/billing/generate-invoice', { service_id: id })).toMatchObject({
    status: 409,
    body: { error: { code: 'period_already_invoiced' } },
  });
  const first = await get(`/api/isp/billing/cycles/${id}?limit=2`);
  expect(first.body.items).toMatchObject([
    { seq: 3, period_start: '2026-06-01', period_end: '2026-07-01', state: 'open', overage: null },
    { seq: 2, period_start: '2026-05-01', period_end: '2026-06-01', state: 'closed', overage: 0 },
  ]);
  const rest = await get(`/api/isp/billing/cycles/${id}?limit=2&cursor=${first.body.next_cursor}`);
  expect(rest.body).toMatchObject({ items: [{ seq: 1 }], next_cursor: null });
  expect(await get('/api/isp/billing/cycles/999999')).toMatchObject({ status: 404 });
});

it.each([
  ['change-package', { package_id: 1 }],
  ['cancel', { when: 'now' }],
  ['promotions', { code: 'X' }],
])('%s of a service there is not, and by those who may not', async (action, body) => {
  const id = await newService();
  expect(await post(`/api/isp/services/999999/${action}`, body)).toMatchObject({
    status: 404,
    body: { error: { code: 'not_found' } },
  });
  for (const [as, status] of [
    ['nobody', 401],
    [{ customerId: '1' }, 403],
  ] as const) {
    expect((await post(`/api/isp/services/${id}/${action}`, body, as)).status).toBe(status);
  }
});
