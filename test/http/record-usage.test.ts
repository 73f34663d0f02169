import { afterAll, beforeAll, expect, it } from 'vitest';
import { GB, openQuotaSite, type QuotaSite } from './quota.fixture.ts';

let site: QuotaSite;
let ids: { throttle: number; block: number; overage: number };

/** Octets that were counted though nobody looked, as after a crash of the RADIUS role. */
const count = (id: number, octets: number) =>
  site.api.db.query(
    `update isp_service_segments set download_octets = download_octets + $2::bigint
     where service_id = $1::bigint and from_at <= $3::timestamptz and (to_at is null or to_at > $3::timestamptz)`,
    [id, octets, new Date(site.api.clock.nowMs())],
  );
const states = async () => Promise.all(Object.values(ids).map((id) => site.state(id)));

beforeAll(async () => {
  site = await openQuotaSite();
  ids = {
    throttle: await site.service(),
    block: await site.service({ limit_action: 'block', fup: [] }),
    overage: await site.service({ limit_action: 'overage', fup: [], overage: { price: 50 } }),
  };
});
afterAll(() => site.api.close());

it('finds nothing to do where everything was seen', async () => {
  await site.tell(ids.throttle, { download_bytes: 79 * GB });
  expect(await site.run('record-usage')).toEqual({
    alerted: 0,
    throttled: 0,
    blocked: 0,
    restored: 0,
    failed: 0,
  });
});

it('F1, F2, F5: makes good what was missed, after a dry run that keeps nothing, and once', async () => {
  for (const id of Object.values(ids)) await count(id, 100 * GB);
  const expected = { alerted: 6, throttled: 1, blocked: 1, restored: 0, failed: 0 };
  expect(await site.run('record-usage', undefined, { dry_run: true })).toEqual(expected);
  expect(await states()).toEqual(['active', 'active', 'active']);
  expect(await site.alerts(ids.throttle)).toEqual([]);
  expect(await site.run('record-usage')).toEqual(expected);
  expect(await states()).toEqual(['throttled', 'suspended data_cap', 'active']);
  expect(await site.alerts(ids.overage)).toEqual(['2025-04-01 80', '2025-04-01 100']);
  expect(await site.run('record-usage')).toMatchObject({ alerted: 0, throttled: 0, blocked: 0 });
});

it('F3: restores what a new period ends, though its boundary is not billed yet', async () => {
  expect(await site.run('record-usage', '2025-05-01T00:00:00Z')).toMatchObject({ restored: 2, failed: 0 });
  expect(await states()).toEqual(['active', 'active', 'active']);
});

it('F1: counts what an earlier package of the period used', async () => {
  await site.run('generate-invoices', '2025-05-01T00:00:00Z');
  await count(ids.overage, 70 * GB);
  site.api.clock.set('2025-05-16T12:00:00Z');
  const planId = await site.plan({ price: 6_000, limit_action: 'notify', fup: [] });
  const body = { package_id: planId, effective: 'immediate' };
  await site.api.call('POST', `/api/isp/services/${ids.overage}/change-package`, { body });
  await count(ids.overage, 10 * GB - 1);
  expect(await site.run('record-usage')).toMatchObject({ alerted: 0 });
  await count(ids.overage, 1);
  expect(await site.run('record-usage')).toMatchObject({ alerted: 1 });
});

it('a service that fails is named and does not stop the others', async () => {
  await site.run('generate-invoices', '2025-06-01T00:00:00Z');
  for (const id of Object.values(ids)) await count(id, 80 * GB);
  await site.api.db.query(
    `alter table isp_usage_alerts add constraint broken check (service_id <> ${ids.throttle}) not valid`,
  );
  const { body } = await site.api.call('POST', '/api/isp/billing/run/record-usage', { body: {} });
  expect(body.counts).toMatchObject({ alerted: 2, failed: 1 });
  expect(JSON.stringify(body)).toContain(`"service_id":${ids.throttle},"code":"internal"`);
  await site.api.db.query('alter table isp_usage_alerts drop constraint broken');
  expect(await site.run('record-usage')).toMatchObject({ alerted: 1, failed: 0 });
});

it('is run by the operators that may run tasks', async () => {
  const path = '/api/isp/billing/run/record-usage';
  expect((await site.api.call('POST', path, { as: 'user', body: {} })).status).toBe(403);
  expect((await site.api.call('POST', path, { as: 'nobody', body: {} })).status).toBe(401);
});
