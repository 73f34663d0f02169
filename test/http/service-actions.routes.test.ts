import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkFixture } from '../db/network-fixture.ts';
import type { CallOptions } from './api.ts';
import { DENIED, HOSTILE_BODIES } from './hostile.ts';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

let site: ServiceSite;
let net: NetworkFixture;

beforeAll(async () => {
  site = await openServiceSite();
  net = new NetworkFixture(site.api.db);
});
afterAll(() => site.api.close());

const brief = '/api/isp/mikrotik/services';
const call = (method: string, path: string, options: CallOptions = {}) =>
  site.api.call(method, path, options);

async function newService(more: object = {}): Promise<number> {
  const { status, body } = await site.create(more);
  expect(status).toBe(201);
  return body.id;
}

async function history(id: number): Promise<{ logs: string[]; topics: string[]; audit: string[] }> {
  const rows = async (sql: string): Promise<string[]> =>
    (await site.api.db.query<{ word: string }>(sql, [String(id)])).map(({ word }) => word);
  return {
    logs: await rows('select action as word from isp_service_logs where service_id = $1::bigint order by id'),
    topics: await rows(
      `select topic as word from outbox where payload ->> 'service_id' = $1::text order by id`,
    ),
    audit: await rows(
      `select action as word from audit_log where entity = 'service' and entity_id = $1 order by id`,
    ),
  };
}

describe('suspending and reactivating', () => {
  it('changes the state, and writes log, audit entry and event of each', async () => {
    const id = await newService();
    const suspended = await call('POST', `${brief}/${id}/suspend`, {
      as: 'user',
      body: { reason: 'customer travels', note: 'until May' },
    });
    expect(suspended.status).toBe(200);
    expect(suspended.body).toMatchObject({
      id,
      status: 'suspended',
      reason: 'admin',
      network: { result: 'no_session', round_trip_ms: null, detail: 'There is no live session.' },
    });
    const back = await call('POST', `${brief}/${id}/reactivate`);
    expect(back.body).toMatchObject({ status: 'active', reason: null, network: { result: 'no_session' } });
    expect(await history(id)).toEqual({
      logs: ['created', 'suspended', 'resumed'],
      topics: ['service.created', 'service.suspended', 'service.resumed'],
      audit: ['service.created', 'service.suspended', 'service.resumed'],
    });
    const { body: logs } = await call('GET', `/api/isp/services/${id}/logs`);
    expect(logs.items[1]).toMatchObject({
      actor: 'user:user@example.net',
      detail: { cause: 'admin', note: 'customer travels: until May' },
    });
  });

  it('a hold for an unpaid invoice is not an administrator’s to lift (S3, S5)', async () => {
    const id = await newService();
    const { body } = await call('POST', `${brief}/${id}/suspend`, { body: { reason: 'nonpayment' } });
    expect(body).toMatchObject({ status: 'suspended', reason: 'nonpayment' });
    await call('POST', `${brief}/${id}/suspend`);
    const lifted = await call('POST', `${brief}/${id}/reactivate`);
    expect(lifted.body).toMatchObject({ status: 'suspended', reason: 'nonpayment' });
    const again = await call('POST', `${brief}/${id}/reactivate`);
    expect([again.status, again.body.error.code]).toEqual([409, 'not_suspended']);
  });

  it('says that a live session waits while no server runs', async () => {
    const id = await newService({ username: 'lives' });
    await net.session({ nasId: String(site.nas), serviceId: String(id), username: 'lives', grade: 'full' });
    const { body } = await call('POST', `${brief}/${id}/suspend`);
    expect(body.network).toMatchObject({ result: 'pending', round_trip_ms: null });
    expect(body.network.detail).toContain('server is not running');
  });

  it('of two suspensions at once one is told that it came late', async () => {
    const id = await newService();
    const both = await Promise.all([
      call('POST', `${brief}/${id}/suspend`),
      call('POST', `${brief}/${id}/suspend`),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await history(id)).logs).toEqual(['created', 'suspended']);
  });
});

describe('the speed', () => {
  it.each([
    ['in MikroTik grammar', { rate_limit: '2000k/8m' }, '2M/8M', null],
    ['in kbit/s', { download_kbps: 20_000, upload_kbps: 5_500 }, '5500k/20M', null],
    [
      'for a time',
      { rate_limit: '50M/50M', until: '2026-11-25T12:00:00+01:00' },
      '50M/50M',
      '2026-11-25T11:00:00.000Z',
    ],
  ])('is set %s', async (_, body, rate, until) => {
    const id = await newService();
    const answer = await call('PUT', `${brief}/${id}/speed`, { as: 'user', body });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      rate_limit: rate,
      rate_limit_is_own: true,
      rate_limit_until: until,
      network: { result: 'no_session' },
    });
  });

  it('is that of the package again with null', async () => {
    const id = await newService({ rate_limit: '1M/1M' });
    const { body } = await call('PUT', `${brief}/${id}/speed`, { body: { rate_limit: null } });
    expect(body).toMatchObject({ rate_limit: '5M/20M', rate_limit_is_own: false });
  });

  it.each<[string, object, string]>([
    ['nothing', {}, 'rate_limit'],
    ['half of two', { download_kbps: 1 }, 'rate_limit'],
    ['both ways at once', { rate_limit: '1M', download_kbps: 1, upload_kbps: 1 }, 'rate_limit'],
    ['a malformed rate', { rate_limit: '1G/2G' }, 'rate_limit'],
    ['a rate of another type', { rate_limit: 5 }, 'rate_limit'],
    ['a rate below zero', { download_kbps: -1, upload_kbps: 1 }, 'download_kbps'],
    ['an end in the past', { rate_limit: '1M', until: '2020-01-01T00:00:00Z' }, 'until'],
    ['an end of nothing', { rate_limit: null, until: '2030-01-01T00:00:00Z' }, 'until'],
    ['an end without zone', { rate_limit: '1M', until: '2030-01-01T00:00:00' }, 'until'],
  ])('is refused: %s', async (_, body, field) => {
    const id = await newService();
    const answer = await call('PUT', `${brief}/${id}/speed`, { body });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
    expect(answer.body.error.fields).toHaveProperty([field]);
    expect((await history(id)).logs).toEqual(['created']);
  });
});

describe('activating, moving, disconnecting', () => {
  it('a pending service starts once, with its first segment and one that waits for the next period', async () => {
    const id = await newService({ activate: false });
    const { status, body } = await call('POST', `/api/isp/services/${id}/activate`, { as: 'user' });
    expect([status, body.status, body.activated_at]).toEqual([200, 'active', '2026-11-25T09:00:00.000Z']);
    const segments = await site.api.db.query(
      'select 1 from isp_service_segments where service_id = $1::bigint',
      [id],
    );
    expect(segments).toHaveLength(2);
    const again = await call('POST', `/api/isp/services/${id}/activate`);
    expect([again.status, again.body.error.code]).toEqual([409, 'already_active']);
  });

  it('a suspended pending service stays suspended when it is activated', async () => {
    const id = await newService({ activate: false });
    await call('POST', `${brief}/${id}/suspend`);
    const { body } = await call('POST', `/api/isp/services/${id}/activate`);
    expect(body).toMatchObject({ status: 'suspended', reason: 'admin' });
    const { body: back } = await call('POST', `${brief}/${id}/reactivate`);
    expect(back.status).toBe('active');
  });

  it('a service moves to another customer of the same currency', async () => {
    const id = await newService();
    const { status, body } = await call('POST', `/api/isp/services/${id}/move`, {
      as: 'user',
      body: { customer_id: site.brian },
    });
    expect([status, body.customer_id, body.customer_name]).toEqual([200, site.brian, 'Brian Otieno']);
    expect((await history(id)).topics).toContain('service.moved');
  });

  it.each<[string, (site: ServiceSite) => object, number, string]>([
    ['whose it is', ({ amina }) => ({ customer_id: amina }), 409, 'same_customer'],
    ['who pays in another currency', ({ dollar }) => ({ customer_id: dollar }), 409, 'currency_mismatch'],
    ['who does not exist', () => ({ customer_id: 999_999 }), 404, 'not_found'],
    ['who is none', () => ({ customer_id: 'x' }), 422, 'validation_failed'],
  ])('it does not move to a customer %s', async (_, body, status, code) => {
    const id = await newService();
    const answer = await call('POST', `/api/isp/services/${id}/move`, { body: body(site) });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('a disconnect is recorded and changes nothing of the service', async () => {
    const id = await newService();
    const { status, body } = await call('POST', `/api/isp/services/${id}/disconnect`, { as: 'user' });
    expect([status, body.status, body.version]).toEqual([200, 'active', 1]);
    expect((await history(id)).topics).toContain('service.disconnect_requested');
  });
});

describe('credentials', () => {
  it('are changed together, and a password that is made is answered once', async () => {
    const id = await newService({ username: 'before' });
    const { status, body } = await call('PUT', `/api/isp/services/${id}/credentials`, {
      as: 'user',
      body: { username: 'after', generate_password: true, mac_address: '0011.2233.4455' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ username: 'after', mac_address: '00:11:22:33:44:55' });
    expect(body.password).toMatch(/^\w{12}$/);
    const { body: audit } = await call('GET', `/api/isp/audit-log?entity=service&entity_id=${id}`);
    expect(JSON.stringify(audit)).not.toContain(body.password);
    expect(audit.items[0]).toMatchObject({ before: { username: 'before' }, after: { username: 'after' } });
  });

  it('a password somebody chose is not answered', async () => {
    const id = await newService();
    const { body } = await call('PUT', `/api/isp/services/${id}/credentials`, {
      body: { password: 'chosen-one' },
    });
    expect(JSON.stringify(body)).not.toContain('chosen-one');
  });

  it.each<[string, object, number, string]>([
    ['nothing', {}, 422, 'validation_failed'],
    ['an empty password', { password: '' }, 422, 'validation_failed'],
    ['a user name with a blank at its end', { username: 'x ' }, 422, 'validation_failed'],
    ['a malformed MAC', { mac_address: '1' }, 422, 'validation_failed'],
    ['a taken user name', { username: 'after' }, 409, 'username_taken'],
  ])('are refused: %s', async (_, body, status, code) => {
    const id = await newService();
    const answer = await call('PUT', `/api/isp/services/${id}/credentials`, { body });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});

describe('the status', () => {
  it('of a service without a session tells what is desired', async () => {
    const id = await newService();
    const { status, body } = await call('GET', `${brief}/${id}/status`, { as: 'user' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      status: 'active',
      online: false,
      ip: null,
      session: null,
      sessions: [],
      rate_limit: '5M/20M',
      desired: { access: 'full', rate_limit: '5M/20M' },
      enforced: null,
      waiting: [],
    });
  });

  it('of an online one shows session, address and whether the rest is enforced', async () => {
    const id = await newService({ username: 'online' });
    await net.session({
      nasId: String(site.nas),
      serviceId: String(id),
      username: 'online',
      grade: 'full',
      stateVersion: 1,
      framedIp: '10.64.0.9',
    });
    const { body: before } = await call('GET', `${brief}/${id}/status`);
    expect(before).toMatchObject({
      online: true,
      ip: '10.64.0.9',
      session: { nas: 'edge-1', state: 'live', grade: 'full', ip: '10.64.0.9' },
      enforced: true,
    });
    await call('POST', `${brief}/${id}/suspend`);
    const { body: after } = await call('GET', `${brief}/${id}/status`);
    expect(after).toMatchObject({
      status: 'suspended',
      online: true,
      rate_limit: null,
      desired: { access: 'none', rate_limit: null },
      enforced: false,
    });
  });
});

const OPERATIONS: readonly (readonly [string, string, object | undefined])[] = [
  ['POST', `${brief}/{id}/suspend`, {}],
  ['POST', `${brief}/{id}/reactivate`, {}],
  ['PUT', `${brief}/{id}/speed`, { rate_limit: '1M/1M' }],
  ['GET', `${brief}/{id}/status`, undefined],
  ['POST', '/api/isp/services/{id}/activate', undefined],
  ['POST', '/api/isp/services/{id}/move', { customer_id: 2 }],
  ['POST', '/api/isp/services/{id}/disconnect', undefined],
  ['PUT', '/api/isp/services/{id}/credentials', { password: 'another-one' }],
];

describe.each(OPERATIONS)('%s %s', (method, path, body) => {
  const at = (id: number | string) => path.replace('{id}', String(id));
  const withBody = body === undefined ? {} : { body };

  it.each(DENIED)('is closed to %s', async (_, as, status, code) => {
    const answer = await call(method, at(1), { as, ...withBody });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('does not find a service that is not there', async () => {
    const answer = await call(method, at(999_999), withBody);
    expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
  });

  it('refuses an id that is none', async () => {
    const answer = await call(method, at('1%20or%201=1'), withBody);
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
  });
});

describe.each(OPERATIONS.filter(([method, , body]) => method !== 'GET' && body !== undefined))(
  '%s %s',
  (method, path) => {
    it.each(HOSTILE_BODIES.filter(([name]) => name !== 'an empty body'))(
      'refuses %s',
      async (_, body, statuses) => {
        const id = await newService();
        const { status } = await call(method, path.replace('{id}', String(id)), { body });
        expect(statuses).toContain(status);
        expect((await history(id)).logs).toEqual(['created']);
      },
    );
  },
);

it.each(OPERATIONS.filter(([method, path]) => method !== 'GET' && !path.endsWith('disconnect')))(
  '%s %s is refused for a cancelled service, which is final',
  async (method, path, body) => {
    const id = await newService();
    await site.api.db.query(`update isp_services set status = 'cancelled' where id = $1::bigint`, [id]);
    const withBody =
      body === undefined ? {} : { body: 'customer_id' in body ? { customer_id: site.brian } : body };
    const answer = await call(method, path.replace('{id}', String(id)), withBody);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'service_cancelled']);
  },
);

it('a prepaid service starts when it is paid', async () => {
  const id = await newService({ package_id: site.prepaid });
  const { status, body } = await call('POST', `/api/isp/services/${id}/activate`);
  expect([status, body.error.code]).toEqual([402, 'insufficient_balance']);
});

it('a change of a version that is no longer is refused', async () => {
  const id = await newService();
  const { status, body } = await call('POST', `${brief}/${id}/suspend`, { headers: { 'If-Match': '"9"' } });
  expect([status, body.error.code]).toEqual([409, 'version_conflict']);
});
