import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GB, openQuotaSite, type QuotaSite } from './quota.fixture.ts';

let site: QuotaSite;
let call: QuotaSite['api']['call'];

beforeAll(async () => {
  site = await openQuotaSite();
  call = site.api.call;
});
afterAll(() => site.api.close());
beforeEach(() => site.api.clock.set('2025-04-01T00:00:00Z'));

const change = (id: number, planId: number) =>
  call('POST', `/api/isp/services/${id}/change-package`, {
    body: { package_id: planId, effective: 'immediate' },
  });
const down = (octets: number, at?: string) => ({
  download_bytes: octets,
  ...(at === undefined ? {} : { at }),
});

describe('alerts', () => {
  it.each([
    ['one octet before 80 %', [80 * GB - 1], []],
    ['exactly 80 %', [80 * GB], [80]],
    ['one octet before the allowance', [100 * GB - 1], [80]],
    ['exactly the allowance', [100 * GB], [80, 100]],
    ['a jump over both', [500 * GB], [80, 100]],
    ['steps: each once', [79 * GB, GB, GB, 19 * GB, GB, 50 * GB], [80, 100]],
  ])('F1 %s', async (_, steps, thresholds) => {
    const id = await site.service();
    for (const octets of steps) await site.tell(id, down(octets));
    expect(await site.alerts(id)).toEqual(thresholds.map((threshold) => `2025-04-01 ${threshold}`));
  });

  it('F1 are about the allowance blended over the packages of the period', async () => {
    const id = await site.service({ limit_action: 'notify', fup: [] });
    site.api.clock.set('2025-04-16T00:00:00Z');
    await change(
      id,
      await site.plan({ price: 6_000, data_limit_gb: '200', limit_action: 'notify', fup: [] }),
    );
    expect((await site.tell(id, down(60 * GB, '2025-04-10T00:00:00Z'))).alerts).toEqual([]);
    expect((await site.tell(id, down(60 * GB - 1))).alerts).toEqual([]);
    expect((await site.tell(id, down(1))).alerts).toEqual([80]);
    expect((await site.tell(id, down(30 * GB))).alerts).toEqual([100]);
  });

  it('F1 of a prepaid period name the instant it began', async () => {
    site.api.clock.set('2025-04-03T10:30:00Z');
    const planId = await site.plan({
      model: 'prepaid',
      limit_action: 'notify',
      validity: { unit: 'days', count: 30 },
    });
    const payment = { customer_id: site.brian, amount: 10_000, method: 'cash' };
    await call('POST', '/api/isp/billing/payments', { body: payment });
    const { body } = await site.create({ customer_id: site.brian, package_id: planId });
    await site.tell(body.id, down(80 * GB));
    expect(await site.alerts(body.id)).toEqual(['2025-04-03T10:30:00.000Z 80']);
  });

  it('T3 are not raised in a trial, nor is anything throttled', async () => {
    const id = await site.service({ trial_days: 10 });
    expect(await site.tell(id, down(500 * GB))).toMatchObject({ status: 'active', alerts: [] });
    expect(await site.alerts(id)).toEqual([]);
  });

  it('are seen by staff and by their own customer, and acknowledged by staff', async () => {
    const id = await site.service();
    await site.tell(id, down(80 * GB));
    const path = `/api/isp/monitoring/alerts/${id}`;
    const own = await call('GET', path, { as: { customerId: String(site.amina) } });
    expect(own.body.items).toEqual([
      {
        id: expect.any(Number),
        service_id: id,
        period_start: '2025-04-01',
        threshold: 80,
        used_bytes: 80 * GB,
        allowance_bytes: 100 * GB,
        acknowledged: false,
        raised_at: '2025-04-01T00:00:00.000Z',
      },
    ]);
    expect((await call('GET', path, { as: { customerId: String(site.brian) } })).status).toBe(404);
    expect((await call('GET', path, { as: 'nobody' })).status).toBe(401);
    expect((await call('GET', path, { as: { scopes: ['usage.write'] } })).status).toBe(403);
    expect((await call('GET', '/api/isp/monitoring/alerts/999999')).body.error.code).toBe('not_found');
    const mark = `/api/isp/monitoring/alerts/${own.body.items[0].id}/acknowledge`;
    expect((await call('POST', mark, { as: 'user' })).body).toMatchObject({
      acknowledged: true,
      threshold: 80,
    });
    const unknown = await call('POST', '/api/isp/monitoring/alerts/999999/acknowledge');
    expect([unknown.status, unknown.body.error.code]).toEqual([404, 'not_found']);
  });
});

describe('fair use', () => {
  it('F2 throttles from used >= allowance on, for no charge, and the log of the service says so', async () => {
    const id = await site.service();
    expect(await site.tell(id, down(100 * GB - 1))).toMatchObject({ status: 'active' });
    expect(await site.tell(id, down(1))).toMatchObject({ status: 'throttled' });
    await site.tell(id, down(50 * GB));
    const { body: log } = await call('GET', `/api/isp/services/${id}/logs`);
    const actions = log.items.map(({ action }: { action: string }) => action);
    expect(actions.filter((action: string) => action === 'throttled')).toHaveLength(1);
    await site.run('generate-invoices', '2025-05-01T00:00:00Z');
    expect(await site.lines(id, '')).toEqual(['base 3000', 'base 3000']);
  });

  it('F3 ends with the period: zero usage, full speed, alerts re-armed', async () => {
    const id = await site.service();
    await site.tell(id, down(100 * GB));
    await site.run('generate-invoices', '2025-05-01T00:00:00Z');
    expect(await site.state(id)).toBe('active');
    expect(await site.tell(id, down(80 * GB))).toMatchObject({ status: 'active', used_bytes: 80 * GB });
    expect(await site.alerts(id)).toEqual(['2025-04-01 80', '2025-04-01 100', '2025-05-01 80']);
  });

  it('F3 does not wait for the boundary to be billed', async () => {
    const id = await site.service();
    await site.tell(id, down(100 * GB));
    site.api.clock.set('2025-05-01T00:00:00Z');
    expect(await site.tell(id, down(80 * GB))).toMatchObject({ status: 'active', alerts: [80] });
    await site.run('generate-invoices');
    await site.tell(id, down(GB));
    expect(await site.alerts(id)).toEqual(['2025-04-01 80', '2025-04-01 100', '2025-05-01 80']);
  });

  it('F4 ends with a larger allowance; alerts that were raised stay raised', async () => {
    const id = await site.service();
    await site.tell(id, down(100 * GB));
    site.api.clock.set('2025-04-16T00:00:00Z');
    await change(id, await site.plan({ price: 6_000, data_limit_gb: '200' }));
    expect(await site.state(id)).toBe('active');
    expect(await site.tell(id, down(50 * GB - 1))).toMatchObject({ status: 'active' });
    expect(await site.tell(id, down(1))).toMatchObject({ status: 'throttled' });
    expect(await site.alerts(id)).toEqual(['2025-04-01 80', '2025-04-01 100']);
  });

  it.each([
    ['does not throttle', { limit_action: 'notify', fup: [] }, 'active'],
    ['has no allowance', { data_limit_gb: null, limit_action: 'notify', fup: [] }, 'active'],
    ['is as small', { price: 3_001 }, 'throttled'],
    ['blocks', { limit_action: 'block', fup: [] }, 'suspended data_cap'],
  ])('F4 a package that %s', async (_, parts, state) => {
    const id = await site.service();
    await site.tell(id, down(100 * GB));
    site.api.clock.set('2025-04-16T00:00:00Z');
    await change(id, await site.plan({ price: 6_000, ...parts }));
    expect(await site.state(id)).toBe(state);
  });

  it('F4 begins with a smaller allowance', async () => {
    const id = await site.service();
    await site.tell(id, down(60 * GB));
    site.api.clock.set('2025-04-16T00:00:00Z');
    await change(id, await site.plan({ price: 1_000, data_limit_gb: '10' }));
    expect(await site.state(id)).toBe('throttled');
    expect(await site.alerts(id)).toEqual(['2025-04-01 80', '2025-04-01 100']);
  });

  it('F2 follows usage that came late to an earlier package of the period', async () => {
    const id = await site.service();
    site.api.clock.set('2025-04-16T00:00:00Z');
    await change(id, await site.plan({ price: 6_000, data_limit_gb: '200' }));
    await site.tell(id, down(GB));
    expect(await site.tell(id, down(148 * GB, '2025-04-02T00:00:00Z'))).toMatchObject({ status: 'active' });
    expect(await site.tell(id, down(GB))).toMatchObject({ status: 'throttled', alerts: [100] });
  });

  it.each([
    ['overage beside throttle', { overage: { block_gb: '1', price: 50 } }],
    ['two actions', { limit_action: ['throttle', 'block'] }],
  ])('F6 one limit action per package: %s is refused', async (_, parts) => {
    const body = { code: 'f6', name: 'f6', price: 1, currency: 'KES', limit_action: 'throttle', ...parts };
    expect((await call('POST', '/api/isp/packages', { body })).status).toBe(422);
  });
});

describe('the data cap', () => {
  const capped = { limit_action: 'block', fup: [] };

  it('F5 suspends from used >= allowance on, until the next period', async () => {
    const id = await site.service(capped);
    expect(await site.tell(id, down(100 * GB - 1))).toMatchObject({ status: 'active' });
    expect(await site.tell(id, down(1))).toMatchObject({ status: 'suspended', reason: 'data_cap' });
    expect(await site.tell(id, down(GB))).toMatchObject({ status: 'suspended', reason: 'data_cap' });
    await site.run('generate-invoices', '2025-05-01T00:00:00Z');
    expect(await site.state(id)).toBe('active');
  });

  it('F5, S4 until the next period also where nothing is billed while suspended', async () => {
    await call('PATCH', '/api/isp/settings', { body: { bill_while_suspended: false } });
    const id = await site.service(capped);
    await site.tell(id, down(100 * GB));
    await site.run('generate-invoices', '2025-05-01T00:00:00Z');
    expect(await site.state(id)).toBe('active');
    await call('PATCH', '/api/isp/settings', { body: { bill_while_suspended: true } });
  });

  it('F5 until a larger allowance', async () => {
    const id = await site.service(capped);
    await site.tell(id, down(100 * GB));
    site.api.clock.set('2025-04-16T00:00:00Z');
    await change(id, await site.plan({ ...capped, price: 6_000, data_limit_gb: '200' }));
    expect(await site.state(id)).toBe('active');
  });

  it('F5, Q9 of a prepaid service until a renewal, which starts now', async () => {
    const planId = await site.plan({ ...capped, model: 'prepaid', validity: { unit: 'days', count: 30 } });
    const payment = { customer_id: site.brian, amount: 20_000, method: 'cash' };
    await call('POST', '/api/isp/billing/payments', { body: payment });
    const { body } = await site.create({ customer_id: site.brian, package_id: planId });
    site.api.clock.set('2025-04-05T08:00:00Z');
    await site.tell(body.id, down(100 * GB));
    expect(await site.state(body.id)).toBe('suspended data_cap');
    const { body: renewed } = await call('POST', `/api/isp/services/${body.id}/renew`);
    expect(renewed).toMatchObject({ expires_at: '2025-05-05T08:00:00.000Z' });
    expect(await site.state(body.id)).toBe('active');
    expect(await site.tell(body.id, down(80 * GB))).toMatchObject({ alerts: [80], used_bytes: 80 * GB });
  });

  it('F5, S5 an administrator who holds the service too is shown first, and stays', async () => {
    const id = await site.service(capped);
    await site.tell(id, down(100 * GB));
    await call('POST', `/api/isp/mikrotik/services/${id}/suspend`, { body: {} });
    expect(await site.state(id)).toBe('suspended admin');
    await site.run('generate-invoices', '2025-05-01T00:00:00Z');
    expect(await site.state(id)).toBe('suspended admin');
    await call('POST', `/api/isp/mikrotik/services/${id}/reactivate`);
    expect(await site.state(id)).toBe('active');
  });
});

describe('O1 only what counts is counted', () => {
  beforeAll(() => call('PATCH', '/api/isp/settings', { body: { usage_counting: 'download' } }));
  afterAll(() => call('PATCH', '/api/isp/settings', { body: { usage_counting: 'total' } }));
  const up = { upload_bytes: 900 * GB };

  it.each([
    ['F2', { limit_action: 'throttle' }, 'throttled'],
    ['F5', { limit_action: 'block', fup: [] }, 'suspended data_cap'],
    ['F1', { limit_action: 'notify', fup: [] }, 'active'],
  ])('%s', async (_, parts, state) => {
    const id = await site.service(parts);
    expect(await site.tell(id, up)).toMatchObject({ status: 'active', alerts: [], used_bytes: 0 });
    expect(await site.tell(id, down(100 * GB))).toMatchObject({ alerts: [80, 100] });
    expect(await site.state(id)).toBe(state);
  });

  it('in overage', async () => {
    const parts = { limit_action: 'overage', fup: [], overage: { block_gb: '1', price: 50 } };
    const id = await site.service(parts);
    await site.tell(id, { ...up, download_bytes: 102 * GB });
    await site.run('generate-invoices', '2025-05-01T00:00:00Z');
    expect(await site.lines(id, 'overage')).toEqual(['overage 100']);
  });

  it('in what an earlier package of the period left', async () => {
    const id = await site.service();
    await site.tell(id, { ...up, download_bytes: 60 * GB });
    site.api.clock.set('2025-04-16T00:00:00Z');
    await change(id, await site.plan({ price: 6_000, data_limit_gb: '200' }));
    expect(await site.tell(id, down(90 * GB - 1))).toMatchObject({ status: 'active' });
    expect(await site.tell(id, down(1))).toMatchObject({ status: 'throttled' });
  });
});
