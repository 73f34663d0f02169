import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BillingSite, openBillingSite } from './billing.fixture.ts';
import { DENIED } from './hostile.ts';

const billing = '/api/isp/billing';
let site: BillingSite;

beforeEach(async () => {
  site = await openBillingSite();
});
afterEach(async () => {
  expect(await site.discrepancies()).toEqual([]);
  await site.api.close();
});

const run = (task: string, body?: unknown) =>
  site.api.call('POST', `${billing}/${task}`, body === undefined ? {} : { body });
const at = (date: string) => site.api.clock.set(`${date}T12:00:00Z`);
const serviceStatus = async () => {
  const { body } = await site.api.call('GET', `/api/isp/services/${site.service}`);
  return [body.status, body.reason];
};

describe('tasks by hand', () => {
  it('suspend-unpaid and a payment: due 15 April, suspended on 15 May, active with the last unit (S1, S3)', async () => {
    await site.invoice('2025-04-15');
    at('2025-05-14');
    expect(await run('run/suspend-unpaid')).toMatchObject({
      status: 200,
      body: {
        task: 'suspend-unpaid',
        dry_run: false,
        counts: { suspended: 0, failed: 0 },
        errors: [],
        items: [],
      },
    });
    at('2025-05-15');
    const dry = await run('run/suspend-unpaid', { dry_run: true });
    expect(dry.body).toMatchObject({
      dry_run: true,
      counts: { suspended: 1 },
      items: [{ service_id: site.service, outcome: 'suspended', amount: 11_600, currency: 'KES' }],
    });
    expect(await serviceStatus()).toEqual(['active', null]);
    expect((await run('suspend-unpaid')).body.counts).toEqual({ suspended: 1, failed: 0 });
    expect(await serviceStatus()).toEqual(['suspended', 'nonpayment']);
    const pay = (amount: number) =>
      site.api.call('POST', `${billing}/payments`, { body: { customer_id: site.amina, amount } });
    await pay(11_599);
    expect(await serviceStatus()).toEqual(['suspended', 'nonpayment']);
    await pay(1);
    expect(await serviceStatus()).toEqual(['active', null]);
    expect((await run('reactivate-paid')).body.counts).toEqual({ reactivated: 0, failed: 0 });
  });

  it('apply-late-fees makes an invoice that names its source (L1, L2)', async () => {
    const id = await site.invoice('2025-04-15');
    at('2025-05-01');
    const { body } = await run('run/apply-late-fees');
    expect(body.counts).toEqual({ charged: 1, failed: 0 });
    expect(body.items).toMatchObject([{ invoice_id: id, outcome: 'charged', amount: 580 }]);
    const fees = await site.api.call('GET', `${billing}/invoices?kind=late_fee`);
    const source = await site.api.call('GET', `${billing}/invoices/${id}`);
    expect(fees.body.items).toMatchObject([
      { source_invoice: source.body.number, total: 580, tax_total: 0, due_date: '2025-05-01' },
    ]);
    expect((await run('run/apply-late-fees')).body.counts.charged).toBe(0);
  });

  it('send-reminders fills the dunning log (N1, N3, N5)', async () => {
    const id = await site.invoice('2025-04-15');
    at('2025-05-06');
    expect((await run('send-reminders')).body.counts).toEqual({ sent: 1, skipped: 2, failed: 0 });
    const { body } = await site.api.call('GET', `${billing}/dunning-logs?customer_id=${site.amina}`);
    expect(body.items.map((log: { level: number; status: string }) => [log.level, log.status])).toEqual([
      [3, 'sent'],
      [2, 'skipped'],
      [1, 'skipped'],
    ]);
    expect(body.items[0]).toEqual({
      id: expect.any(Number),
      invoice: expect.stringMatching(/^INV-/),
      invoice_id: id,
      customer_id: site.amina,
      service_id: site.service,
      level: 3,
      status: 'sent',
      channel: 'portal',
      sent_at: '2025-05-06T12:00:00.000Z',
      error: null,
    });
    for (const [query, count] of [
      ['status=sent', 1],
      [`invoice_id=${id}`, 3],
      [`service_id=${site.service}`, 3],
      [`customer_id=${site.brian}`, 0],
      ['from=2025-05-06&to=2025-05-07', 1],
      ['from=2025-05-07', 0],
    ] as const) {
      const list = await site.api.call('GET', `${billing}/dunning-logs?${query}`);
      expect([query, list.body.items.length]).toEqual([query, count]);
    }
  });

  it('several at once do the work once, and the runs are recorded', async () => {
    const id = await site.invoice('2025-04-15');
    at('2025-05-01');
    const all = await Promise.all(Array.from({ length: 4 }, () => run('run/apply-late-fees')));
    expect(all.map((one) => one.status)).toEqual([200, 200, 200, 200]);
    expect(all.reduce((sum, one) => sum + one.body.counts.charged, 0)).toBe(1);
    const fees = await site.api.db.query('select 1 from invoices where source_invoice_id = $1::bigint', [id]);
    expect(fees).toHaveLength(1);
    const runs = await site.api.db.query(`select state from job_runs where job = 'apply-late-fees'`);
    expect(runs.length).toBeGreaterThan(0);
  });

  it('recorded runs are listed with their counts and what they could not do, newest first', async () => {
    await run('run/send-reminders');
    await run('run/suspend-unpaid');
    await site.api.db.query(
      `update job_runs set error = E'service 1: internal: a\nservice 2: internal: b' where job = 'suspend-unpaid'`,
    );
    const runs = async (query = '') => (await site.api.call('GET', `${billing}/runs${query}`)).body.items;
    expect(await runs()).toMatchObject([{ task: 'suspend-unpaid' }, { task: 'send-reminders' }]);
    expect(await runs('?task=suspend-unpaid')).toEqual([
      {
        id: expect.any(Number),
        task: 'suspend-unpaid',
        scheduled_for: expect.stringMatching(/Z$/),
        state: 'done',
        runner: 'test-api',
        counts: { suspended: 0, failed: 0 },
        errors: ['service 1: internal: a', 'service 2: internal: b'],
        started_at: expect.stringMatching(/Z$/),
        finished_at: expect.stringMatching(/Z$/),
      },
    ]);
    expect(await runs('?state=failed')).toEqual([]);
    for (const [, as, status] of DENIED)
      expect((await site.api.call('GET', `${billing}/runs`, { as })).status).toBe(status);
  });

  it('a dry run is not recorded', async () => {
    await run('run/send-reminders', { dry_run: true });
    expect(await site.api.db.query('select 1 from job_runs')).toEqual([]);
  });

  it('a task nobody knows is not found, and what is no body is refused', async () => {
    expect(await run('run/make-coffee')).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    });
    expect(await run('run/suspend-unpaid', { dry_run: 'yes' })).toMatchObject({ status: 422 });
    expect(await run('run/suspend-unpaid', { colour: 'red' })).toMatchObject({ status: 422 });
  });

  it('is for administrators alone', async () => {
    for (const task of ['run/suspend-unpaid', 'suspend-unpaid', 'reactivate-paid', 'send-reminders']) {
      for (const [, as, status] of [...DENIED, ['an operator', 'user' as const, 403] as const])
        expect((await site.api.call('POST', `${billing}/${task}`, { as })).status).toBe(status);
    }
    for (const [, as, status] of DENIED)
      expect((await site.api.call('GET', `${billing}/dunning-logs`, { as })).status).toBe(status);
  });
});
