import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkFixture } from '../db/network-fixture.ts';
import { DENIED, HOSTILE_BODIES } from './hostile.ts';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

let site: ServiceSite;
let net: NetworkFixture;
let amina: number;
let brian: number;

beforeAll(async () => {
  site = await openServiceSite();
  net = new NetworkFixture(site.api.db);
  amina = (await site.create({ username: 'amina', password: 'right-one' })).body.id;
  brian = (await site.create({ username: 'brian', customer_id: site.brian })).body.id;
});
afterAll(() => site.api.close());

const get = (path: string, as: 'admin' | 'user' = 'user') => site.api.call('GET', path, { as });

/** A session with its times and addresses set by hand. */
async function session(serviceId: number | undefined, more: Record<string, string | null>): Promise<number> {
  const id = await net.session({
    nasId: String(site.nas),
    ...(serviceId === undefined ? {} : { serviceId: String(serviceId) }),
    username: serviceId === amina ? 'amina' : 'brian',
  });
  for (const [column, value] of Object.entries(more)) {
    const type = column.endsWith('_at') ? 'timestamptz' : column === 'framed_ip' ? 'inet' : 'text';
    await site.api.db.query(
      `update sessions set ${column} = $2::${type} where id = $1::bigint`,
      [id, value],
      { prepare: false },
    );
  }
  return Number(id);
}

const idsOf = (body: { items: { id: number }[] }): number[] => body.items.map(({ id }) => id);

describe('sessions', () => {
  let live: number;
  let closed: number;
  let strange: number;

  beforeAll(async () => {
    closed = await session(amina, {
      started_at: '2026-11-01T10:00:00Z',
      closed_at: '2026-11-01T12:00:00Z',
      framed_ip: '10.64.0.1',
    });
    live = await session(amina, {
      started_at: '2026-11-02T10:00:00Z',
      framed_ip: '10.64.0.2',
      grade: 'full',
      framed_ipv6_prefix: '2001:db8:0:7::/64',
      delegated_ipv6_prefix: '2001:db8:1::/48',
    });
    strange = await session(undefined, { started_at: '2026-11-03T10:00:00Z', framed_ip: '10.64.0.1' });
  });

  it('live ones are listed newest first, and with history the closed ones too', async () => {
    expect(idsOf((await get('/api/isp/radius/sessions')).body)).toEqual([strange, live]);
    expect(idsOf((await get('/api/isp/radius/sessions?history=true')).body)).toEqual([strange, live, closed]);
  });

  it.each([
    ['their user', () => 'username=amina'],
    ['their service', () => `service_id=${amina}`],
    ['their customer', () => `customer_id=${site.amina}`],
    ['their address', () => 'ip=10.64.0.2'],
    ['their grade', () => `grade=full&nas_id=${site.nas}`],
  ])('are found by %s', async (_, query) => {
    const { body } = await get(`/api/isp/radius/sessions?${query()}`);
    expect(body.items).toMatchObject([
      { id: live, username: 'amina', nas: 'edge-1', ip: '10.64.0.2', state: 'live' },
    ]);
  });

  it('of a service are paged without gap or repetition', async () => {
    const path = `/api/isp/services/${amina}/sessions?limit=1`;
    const first = await get(path);
    const second = await get(`${path}&cursor=${first.body.next_cursor}`);
    expect([...idsOf(first.body), ...idsOf(second.body)]).toEqual([live, closed]);
  });

  it.each([
    ['an address that is none', 'ip=10.64', 'ip'],
    ['an unknown grade', 'grade=gold', 'grade'],
    ['a cursor of nobody', 'cursor=WyJ4IiwiMSJd', 'cursor'],
    ['an unknown filter', 'colour=red', 'colour'],
  ])('refuse %s', async (_, query, field) => {
    const { status, body } = await get(`/api/isp/radius/sessions?${query}`);
    expect([status, body.error.code]).toEqual([422, 'validation_failed']);
    expect(body.error.fields).toHaveProperty([field]);
  });

  it.each<[string, string, string, () => number[]]>([
    ['an IPv4 address in a closed session', '10.64.0.1', '2026-11-01T11:00:00Z', () => [closed]],
    ['the instant a session began', '10.64.0.1', '2026-11-01T10:00:00Z', () => [closed]],
    ['an IPv4 address that had nobody then', '10.64.0.1', '2026-11-02T11:00:00Z', () => []],
    ['an IPv4 address that somebody else had later', '10.64.0.1', '2026-11-03T11:00:00Z', () => [strange]],
    ['an IPv6 address in a framed prefix', '2001:db8:0:7::99', '2026-11-02T11:00:00Z', () => [live]],
    ['an IPv6 address in a delegated prefix', '2001:DB8:1:2:3::4', '2026-11-02T11:00:00Z', () => [live]],
    ['an IPv6 prefix in a delegated one', '2001:db8:1:ff00::/56', '2026-11-02T11:00:00Z', () => [live]],
    ['an IPv6 prefix that contains one', '2001:db8::/32', '2026-11-02T11:00:00Z', () => []],
  ])('tell who had %s', async (_, address, at, wanted) => {
    const { status, body } = await get(
      `/api/isp/radius/who-had?address=${encodeURIComponent(address)}&at=${at}`,
    );
    expect(status).toBe(200);
    expect(body.items.map((one: { session: { id: number } }) => one.session.id)).toEqual(wanted());
  });

  it('tell the customer behind an address', async () => {
    const { body } = await get('/api/isp/radius/who-had?address=10.64.0.2&at=2026-11-02T11:00:00Z');
    expect(body.items).toMatchObject([{ customer_id: site.amina, customer_name: 'Amina Odhiambo' }]);
  });

  it.each([
    ['no address', 'address=nobody'],
    ['many IPv4 addresses', 'address=10.0.0.0/24'],
    ['an instant without zone', 'address=10.0.0.1&at=2026-11-02T11:00:00'],
    ['nothing', ''],
  ])('refuse to tell who had %s', async (_, query) => {
    const { status, body } = await get(`/api/isp/radius/who-had?${query}`);
    expect([status, body.error.code]).toEqual([422, 'validation_failed']);
  });

  it('one is ended alone: a single order, in log and audit', async () => {
    const other = await session(amina, { started_at: '2026-11-04T10:00:00Z' });
    const { status, body } = await site.api.call('POST', `/api/isp/radius/sessions/${other}/disconnect`, {
      as: 'user',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ session: { id: other }, network: { result: 'pending' } });
    expect(await net.enforcements(String(amina))).toMatchObject([
      { session_id: String(other), kind: 'disconnect', cause: 'disconnect_requested' },
    ]);
    await site.api.call('POST', `/api/isp/radius/sessions/${other}/disconnect`);
    expect(await net.enforcements(String(amina))).toHaveLength(1);
    const { body: logs } = await get(`/api/isp/services/${amina}/logs`);
    expect(logs.items[0]).toMatchObject({
      action: 'disconnect_requested',
      detail: { session_id: String(other) },
    });
  });

  it.each<[string, () => number, number, string]>([
    ['is not there', () => 999_999, 404, 'not_found'],
    ['has ended', () => closed, 409, 'session_closed'],
    ['belongs to nobody known', () => strange, 409, 'session_without_service'],
  ])('one that %s cannot be ended', async (_, id, status, code) => {
    const answer = await site.api.call('POST', `/api/isp/radius/sessions/${id()}/disconnect`);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});

describe('the authentication log', () => {
  beforeAll(async () => {
    for (let n = 1; n <= 5; n += 1) {
      await site.api.db.query(
        `insert into auth_log (at, outcome, reason, trail, method, nas_id, service_id, username, source)
         values (date_trunc('hour', now()) - interval '1 hour', $1::smallint, $2::text, 0, 1, $3::bigint, $4::bigint, $5::text, '10.0.0.1')`,
        [n === 5 ? 3 : 1, n === 5 ? 'wrong_password' : null, String(site.nas), String(amina), `login-${n}`],
      );
    }
  });

  it('pages newest first without gap or repetition, also within one instant', async () => {
    const seen: string[] = [];
    let path = '/api/isp/radius/auth-log?limit=2';
    for (let page = 0; page < 4; page += 1) {
      const { body } = await get(path);
      seen.push(...body.items.map((one: { username: string }) => one.username));
      if (body.next_cursor === null) break;
      path = `/api/isp/radius/auth-log?limit=2&cursor=${body.next_cursor}`;
    }
    expect(seen).toEqual(['login-5', 'login-4', 'login-3', 'login-2', 'login-1']);
  });

  it.each([
    ['username=login-2', ['login-2']],
    ['outcome=reject', ['login-5']],
    ['reason=wrong_password', ['login-5']],
    ['to=2020-01-01T00:00:00Z', []],
  ])('is filtered by %s', async (query, wanted) => {
    const { body } = await get(`/api/isp/radius/auth-log?${query}`);
    expect(body.items.map((one: { username: string }) => one.username)).toEqual(wanted);
  });

  it.each(['outcome=maybe', 'from=yesterday', 'cursor=abc', 'nas_id=x'])('refuses %s', async (query) => {
    const { status, body } = await get(`/api/isp/radius/auth-log?${query}`);
    expect([status, body.error.code]).toEqual([422, 'validation_failed']);
  });
});

describe('explain', () => {
  const resultOf = (body: { trail: { check: string; result: string }[] }, check: string) =>
    body.trail.find((step) => step.check === check)?.result;

  it('shows every check and the exact reply', async () => {
    const { status, body } = await get('/api/isp/radius/explain?username=amina');
    expect([status, body.outcome]).toEqual([200, 'accept']);
    expect(body.trail).toHaveLength(10);
    expect(body.reply).toContainEqual({ name: 'Mikrotik-Rate-Limit', value: '5M/20M' });
    expect(resultOf(body, 'password')).toBe('skipped');
  });

  it('takes a password in the body alone', async () => {
    const ask = (password: string) =>
      site.api.call('POST', '/api/isp/radius/explain', { as: 'user', body: { username: 'amina', password } });
    expect((await ask('right-one')).body.outcome).toBe('accept');
    const wrong = await ask('wrong-one');
    expect(wrong.body).toMatchObject({ outcome: 'reject', reason: 'wrong_password' });
    const { status } = await get('/api/isp/radius/explain?username=amina&password=x');
    expect(status).toBe(422);
  });

  it('supposes another used volume, time and MAC', async () => {
    await site.api.db.query(
      `update isp_service_segments set allowance_octets = 1000 where service_id = $1::bigint`,
      [brian],
    );
    await site.api.db.query(
      `update isp_services set mac_address = 'AA:BB:CC:00:00:01', expires_at = now() + interval '1 day' where id = $1::bigint`,
      [brian],
    );
    const { body: used } = await get('/api/isp/radius/explain?username=brian&used_bytes=2000');
    expect(used.trail.find((step: { check: string }) => step.check === 'quota').sentence).toContain(
      '2.00 kB of 1.00 kB',
    );
    const { body: later } = await get('/api/isp/radius/explain?username=brian&at=2099-01-01T00:00:00Z');
    expect([later.outcome, resultOf(later, 'expiry')]).toEqual(['reject', 'failed']);
    const { body: other } = await get('/api/isp/radius/explain?username=brian&mac=aabb.cc00.0002');
    expect([other.outcome, other.reason]).toEqual(['reject', 'mac_mismatch']);
  });

  it('of a suspended service says so', async () => {
    await site.api.call('POST', `/api/isp/mikrotik/services/${amina}/suspend`);
    const { body } = await get('/api/isp/radius/explain?username=amina');
    expect(body).toMatchObject({ outcome: 'reject', reason: 'service_suspended' });
    await site.api.call('POST', `/api/isp/mikrotik/services/${amina}/reactivate`);
  });

  it('of nobody is a reject like that of the server', async () => {
    const { status, body } = await get('/api/isp/radius/explain?username=ghost');
    expect([status, body.reason]).toEqual([200, 'unknown_user']);
  });

  it.each<[string, string, number, string]>([
    ['a router nobody knows', 'username=amina&nas=ghost', 404, 'not_found'],
    ['a method nobody knows', 'username=amina&method=telepathy', 422, 'validation_failed'],
    ['no user name', '', 422, 'validation_failed'],
    ['an instant that is none', 'username=amina&at=now', 422, 'validation_failed'],
    ['a volume below zero', 'username=amina&used_bytes=-1', 422, 'validation_failed'],
  ])('refuses %s', async (_, query, status, code) => {
    const answer = await get(`/api/isp/radius/explain?${query}`);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it.each(HOSTILE_BODIES)('refuses %s', async (_, body, statuses) => {
    const { status } = await site.api.call('POST', '/api/isp/radius/explain', { body });
    expect(statuses).toContain(status);
  });
});

it('counters are those of the servers that are heard of', async () => {
  expect((await get('/api/isp/radius/counters')).body).toEqual({ items: [] });
  await site.api.db.query(
    `insert into role_health (instance, role, host, pid, started_at, seen_at, counters) values
       ('r1', 'radius', 'host-a', 1, now(), now(), '{"accepts": 7}'), ('w1', 'worker', 'host-a', 2, now(), now(), '{}'),
       ('r0', 'radius', 'host-b', 3, now(), now() - interval '1 hour', '{"accepts": 9}')`,
  );
  const { status, body } = await get('/api/isp/radius/counters');
  expect([status, body.items]).toMatchObject([200, [{ host: 'host-a', counters: { accepts: 7 } }]]);
});

describe.each([
  ['GET', '/api/isp/radius/sessions'],
  ['GET', '/api/isp/services/1/sessions'],
  ['POST', '/api/isp/radius/sessions/1/disconnect'],
  ['GET', '/api/isp/radius/auth-log'],
  ['GET', '/api/isp/radius/explain?username=amina'],
  ['POST', '/api/isp/radius/explain'],
  ['GET', '/api/isp/radius/who-had?address=10.0.0.1'],
  ['GET', '/api/isp/radius/counters'],
])('%s %s', (method, path) => {
  it.each(DENIED)('is closed to %s', async (_, as, status, code) => {
    const answer = await site.api.call(method, path, { as, ...(method === 'POST' ? { body: {} } : {}) });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});
