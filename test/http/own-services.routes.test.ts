import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkFixture } from '../db/network-fixture.ts';
import type { Caller } from './api.ts';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

let site: ServiceSite;
let mine: number;
let theirs: number;
let me: Caller;

beforeAll(async () => {
  site = await openServiceSite();
  mine = (await site.create({ username: 'mine', pool: 'inner-pool' })).body.id;
  theirs = (await site.create({ username: 'theirs', customer_id: site.brian })).body.id;
  me = { customerId: String(site.amina) };
  await new NetworkFixture(site.api.db).session({
    nasId: String(site.nas),
    serviceId: String(mine),
    username: 'mine',
    framedIp: '10.64.0.7',
  });
  const hours = Array.from({ length: 24 }, () => '0').join(',');
  await site.api.db.query(
    `insert into isp_usage_logs (service_id, usage_date, upload, download, peak_bps, hours)
     values ($1::bigint, '2026-11-24', 5, 7, 9, $2::bigint[])`,
    [mine, `{${hours}}`],
  );
});
afterAll(() => site.api.close());

const PATHS = ['', '/sessions', '/usage'];

it('a customer sees their own services and nothing technical', async () => {
  const { status, body } = await site.api.call('GET', '/api/customer/services', { as: me });
  expect(status).toBe(200);
  expect(body.items).toMatchObject([{ id: mine, username: 'mine', status: 'active', rate_limit: '5M/20M' }]);
  expect(JSON.stringify(body)).not.toMatch(/inner-pool|mac_address|radius_attributes|theirs/);
});

it('a customer sees state, sessions and usage of an own service', async () => {
  const path = `/api/customer/services/${mine}`;
  const { body: service } = await site.api.call('GET', path, { as: me });
  expect(service).toMatchObject({ id: mine, package: 'home' });
  const { body: sessions } = await site.api.call('GET', `${path}/sessions`, { as: me });
  expect(sessions.items).toMatchObject([{ state: 'live', ip: '10.64.0.7' }]);
  const { body: usage } = await site.api.call('GET', `${path}/usage`, { as: me });
  expect(usage).toMatchObject({
    since: '2026-11-25T09:00:00.000Z',
    upload_bytes: 0,
    allowance_bytes: null,
    days: [{ date: '2026-11-24', upload_bytes: 5, download_bytes: 7, peak_bps: 9 }],
  });
});

describe.each(PATHS)('/api/customer/services/{id}%s', (rest) => {
  it('of another customer is as unknown as one that is not there', async () => {
    const foreign = await site.api.call('GET', `/api/customer/services/${theirs}${rest}`, { as: me });
    const absent = await site.api.call('GET', `/api/customer/services/999999${rest}`, { as: me });
    expect([foreign.status, foreign.body.error.code]).toEqual([404, 'not_found']);
    expect(foreign.body.error.message.replace(String(theirs), '')).toBe(
      absent.body.error.message.replace('999999', ''),
    );
  });

  it.each<[string, Caller, number, string]>([
    ['nobody', 'nobody', 401, 'not_signed_in'],
    ['an administrator, who has paths of their own', 'admin', 403, 'forbidden'],
    ['a member of staff', 'user', 403, 'forbidden'],
    ['a token that belongs to no customer', { scopes: ['own.read'] }, 403, 'forbidden'],
  ])('is closed to %s', async (_, as, status, code) => {
    const answer = await site.api.call('GET', `/api/customer/services/${mine}${rest}`, { as });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('refuses an id that is none', async () => {
    const { status } = await site.api.call('GET', `/api/customer/services/x${rest}`, { as: me });
    expect(status).toBe(422);
  });
});

it.each<[string, Caller, number]>([
  ['nobody', 'nobody', 401],
  ['an administrator', 'admin', 403],
  ['a token that belongs to no customer', { scopes: ['own.read'] }, 403],
])('the list is closed to %s', async (_, as, status) => {
  expect((await site.api.call('GET', '/api/customer/services', { as })).status).toBe(status);
});

it.each(['days=0', 'days=367', 'colour=red'])('usage refuses %s', async (query) => {
  const { status } = await site.api.call('GET', `/api/customer/services/${mine}/usage?${query}`, { as: me });
  expect(status).toBe(422);
});
