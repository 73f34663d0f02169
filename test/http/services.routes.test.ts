import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DENIED, HARMLESS_TEXTS, HOSTILE_BODIES } from './hostile.ts';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

let site: ServiceSite;

beforeAll(async () => {
  site = await openServiceSite();
});
afterAll(() => site.api.close());

const count = async (): Promise<number> => (await site.api.db.query('select 1 from isp_services')).length;

describe('creating a service', () => {
  it('answers it active, without its password, with ETag and Location', async () => {
    const { status, body, headers } = await site.create({
      username: 'amina',
      password: 's3cret-amina',
      mac_address: 'aabb.cc00.1122',
      anchor_day: 31,
      auto_renew: true,
      ip: '10.20.30.40',
      session_limit: 2,
      rate_limit: '10m/50M',
      radius_attributes: [{ name: 'Mikrotik-Wireless-Comment', value: 'roof' }],
      allowed_nas_ids: [site.nas],
      delegated_ipv6_prefix: '2001:DB8:1::/56',
      framed_routes: ['10.50.0.0/24 10.20.30.40 1'],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      customer_id: site.amina,
      package_id: site.home,
      username: 'amina',
      status: 'active',
      reason: null,
      mac_address: 'AA:BB:CC:00:11:22',
      anchor_day: 31,
      auto_renew: true,
      ip: '10.20.30.40',
      rate_limit: '10M/50M',
      rate_limit_is_own: true,
      allowed_nas_ids: [site.nas],
      delegated_ipv6_prefix: '2001:db8:1::/56',
      framed_routes: ['10.50.0.0/24 10.20.30.40 1'],
      activated_at: '2026-11-25T09:00:00.000Z',
      version: 1,
    });
    expect(JSON.stringify(body)).not.toMatch(/password|s3cret/);
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('location')).toBe(`/api/isp/services/${body.id}`);
    const { body: read } = await site.api.call('GET', `/api/isp/services/${body.id}`);
    expect(read).toEqual(body);
  });

  it('by the path of the brief makes what is left out and answers the password this once', async () => {
    const { status, body } = await site.api.call('POST', '/api/isp/mikrotik/services/create', {
      as: 'user',
      body: { customer_id: site.amina, package_id: site.home },
    });
    expect(status).toBe(201);
    expect(body.username).toMatch(/^u-\w{10}$/);
    expect(body.password).toMatch(/^\w{12}$/);
    const { body: read } = await site.api.call('GET', `/api/isp/services/${body.id}`);
    expect(read).not.toHaveProperty('password');
    const [row] = await site.api.db.query<{ password_enc: Buffer }>(
      'select password_enc from isp_services where id = $1::bigint',
      [body.id],
    );
    expect(row && site.api.deps.box.open(row.password_enc).toString()).toBe(body.password);
  });

  it('writes log, audit entry and event with who did it, and no secret', async () => {
    const { body } = await site.create({ username: 'audited', password: 'hush-hush-hush' });
    const { body: logs } = await site.api.call('GET', `/api/isp/services/${body.id}/logs`);
    expect(logs.items).toMatchObject([{ action: 'created', actor: 'user:admin@example.net' }]);
    const { body: audit } = await site.api.call(
      'GET',
      `/api/isp/audit-log?entity=service&entity_id=${body.id}`,
    );
    expect(audit.items).toMatchObject([{ action: 'service.created', actor_kind: 'user', before: null }]);
    expect(JSON.stringify([logs, audit])).not.toContain('hush');
    const events = await site.api.db.query(
      `select topic from outbox where payload ->> 'service_id' = $1::text`,
      [String(body.id)],
    );
    expect(events).toEqual([{ topic: 'service.created' }]);
  });

  it.each([
    ['postpaid with activate: false', { activate: false }],
    ['prepaid, which must be paid first', { prepaid: true }],
  ])('leaves it pending: %s', async (_, { prepaid, ...more }: { prepaid?: boolean; activate?: boolean }) => {
    const { body } = await site.create({ ...more, ...(prepaid ? { package_id: site.prepaid } : {}) });
    expect(body).toMatchObject({ status: 'pending', activated_at: null });
  });

  it('refuses a taken user name with the name of its holder', async () => {
    await site.create({ username: 'taken' });
    const { status, body } = await site.create({ username: 'taken', customer_id: site.brian });
    expect([status, body.error.code]).toEqual([409, 'username_taken']);
    expect(body.error.message).toContain("'Amina Odhiambo'");
    expect(body.error.fields).toHaveProperty('username');
  });

  it('of many at once with one user name makes exactly one', async () => {
    const before = await count();
    const made = await Promise.all(Array.from({ length: 8 }, () => site.create({ username: 'race' })));
    expect(made.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(made.filter(({ body }) => body.error?.code === 'username_taken')).toHaveLength(7);
    expect(await count()).toBe(before + 1);
  });

  it('of many at once with one Idempotency-Key makes one, and a repeat is answered the same', async () => {
    const headers = { 'Idempotency-Key': 'create-once' };
    const body = { customer_id: site.amina, package_id: site.home };
    const first = await site.api.call('POST', '/api/isp/services', { body, headers });
    const again = await site.api.call('POST', '/api/isp/services', { body, headers });
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
  });

  it.each<[string, object, number, string, string?]>([
    ['an unknown customer', { customer_id: 999_999 }, 404, 'not_found'],
    ['an unknown package', { package_id: 999_999 }, 404, 'not_found'],
    ['an unknown router', { allowed_nas_ids: [999_999] }, 404, 'not_found'],
    ['an unknown promotion', { promotion_codes: ['XMAS'] }, 404, 'promotion_not_found'],
    ['an id that is none', { customer_id: 'x' }, 422, 'validation_failed', 'customer_id'],
    ['an id out of all bounds', { customer_id: '9'.repeat(30) }, 422, 'validation_failed', 'customer_id'],
    ['an unknown key', { colour: 'red' }, 422, 'validation_failed', 'colour'],
    ['a user name of another type', { username: 7 }, 422, 'validation_failed', 'username'],
    [
      'a user name with a header in it',
      { username: 'a\r\nSet-Cookie: x' },
      422,
      'validation_failed',
      'username',
    ],
    ['an empty password', { password: '' }, 422, 'validation_failed', 'password'],
    ['a malformed MAC', { mac_address: 'zz:bb' }, 422, 'validation_failed', 'mac_address'],
    ['a malformed address', { ip: '300.1.1.1' }, 422, 'validation_failed', 'ip'],
    ['an IPv6 address for an IPv4 one', { ip: '2001:db8::1' }, 422, 'validation_failed', 'ip'],
    [
      'a malformed prefix',
      { framed_ipv6_prefix: '2001:db8::/200' },
      422,
      'validation_failed',
      'framed_ipv6_prefix',
    ],
    ['a malformed route', { framed_routes: ['10.0.0.0'] }, 422, 'validation_failed', 'framed_routes'],
    ['a malformed rate', { rate_limit: 'fast' }, 422, 'validation_failed', 'rate_limit'],
    ['a rate of nothing', { rate_limit: '0/0' }, 422, 'validation_failed', 'rate_limit'],
    ['an anchor after the month', { anchor_day: 32 }, 422, 'validation_failed', 'anchor_day'],
    [
      'an attribute nobody knows',
      { radius_attributes: [{ name: 'Moon-Phase', value: '1' }] },
      422,
      'validation_failed',
      'radius_attributes.0',
    ],
    [
      'an attribute that is the server’s own',
      { radius_attributes: [{ name: 'Class', value: '1' }] },
      422,
      'validation_failed',
      'radius_attributes.0',
    ],
  ])('refuses %s and changes nothing', async (_, more, status, code, field) => {
    const before = await count();
    const answer = await site.create(more);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    if (field !== undefined) expect(answer.body.error.fields).toHaveProperty([field]);
    expect(await count()).toBe(before);
  });

  it('refuses a customer who pays in another currency (M2)', async () => {
    const { status, body } = await site.create({ customer_id: site.dollar });
    expect([status, body.error.code]).toEqual([409, 'currency_mismatch']);
  });

  it('refuses a fixed address that another service has', async () => {
    await site.create({ username: 'addressed', ip: '10.1.1.1' });
    const { status, body } = await site.create({ ip: '10.1.1.1' });
    expect([status, body.error.code]).toEqual([409, 'address_taken']);
    expect(body.error.message).toContain("'addressed'");
  });

  it.each(HOSTILE_BODIES)('refuses %s', async (_, body, statuses) => {
    const before = await count();
    const { status } = await site.api.call('POST', '/api/isp/services', { body });
    expect(statuses).toContain(status);
    expect(await count()).toBe(before);
  });

  it.each(HARMLESS_TEXTS)('takes %s as a text', async (_, text) => {
    const { status, body } = await site.create({ description: text });
    expect([status, body.description]).toEqual([201, text]);
  });
});

describe('finding services', () => {
  it('filters, sorts and pages without gap or repetition', async () => {
    for (const username of ['page-a', 'page-b', 'page-c']) {
      const description = username === 'page-b' ? 'Upper house, roof antenna' : undefined;
      await site.create({ username, customer_id: site.brian, description });
    }
    const path = `/api/isp/services?customer_id=${site.brian}&sort=-username&limit=2`;
    const first = await site.api.call('GET', path);
    const second = await site.api.call('GET', `${path}&cursor=${first.body.next_cursor}`);
    const names = [...first.body.items, ...second.body.items].map(
      (one: { username: string }) => one.username,
    );
    expect(names).toEqual(['page-c', 'page-b', 'page-a']);
    expect(second.body.next_cursor).toBeNull();
  });

  it.each([
    ['its user name', 'username=page-b'],
    ['words of it', 'q=page%20b'],
    ['how it begins', 'q=PAGE-B'],
    ['its state and how it begins', 'status=active&q=page-b'],
    ['words of its description', 'q=up%20roof'],
  ])('finds one by %s', async (_, query) => {
    const { body } = await site.api.call('GET', `/api/isp/services?${query}`, { as: 'user' });
    expect(body.items.map((one: { username: string }) => one.username)).toEqual(['page-b']);
  });

  it('finds one by a part of its customer’s name, its MAC and its address', async () => {
    await site.create({ username: 'sought', mac_address: 'AA:BB:CC:77:88:99', ip: '10.9.9.9' });
    for (const q of ['aa:bb:cc:77:88:99', 'aabb.cc77.8899', '10.9.9.9']) {
      const { body } = await site.api.call('GET', `/api/isp/services?q=${encodeURIComponent(q)}`);
      expect(body.items).toMatchObject([{ username: 'sought' }]);
    }
    const { body } = await site.api.call('GET', '/api/isp/services?q=brian&limit=100');
    expect(new Set(body.items.map((one: { customer_name: string }) => one.customer_name))).toEqual(
      new Set(['Brian Otieno']),
    );
  });

  it('treats wildcards and SQL in a search as text', async () => {
    for (const q of ['%', '_', "' or 1=1 --"]) {
      const { status, body } = await site.api.call('GET', `/api/isp/services?q=${encodeURIComponent(q)}`);
      expect(status).toBe(200);
      expect(body.items.every((one: { description: string }) => one.description?.includes(q))).toBe(true);
    }
  });

  it('streams CSV', async () => {
    const { body, headers } = await site.api.call('GET', '/api/isp/services', {
      headers: { Accept: 'text/csv' },
    });
    expect(headers.get('content-type')).toContain('text/csv');
    expect(body.trim().split('\n').length).toBeGreaterThan(3);
    expect(body.split('\n')[0]).toContain('username');
  });

  it.each([
    ['an unknown status', 'status=asleep', 'status'],
    ['an unknown order', 'sort=password', 'sort'],
    ['an unknown filter', 'password=x', 'password'],
    ['a limit of none', 'limit=0', 'limit'],
    ['a foreign cursor', 'cursor=abc', 'cursor'],
  ])('refuses %s', async (_, query, field) => {
    const { status, body } = await site.api.call('GET', `/api/isp/services?${query}`);
    expect([status, body.error.code]).toEqual([422, 'validation_failed']);
    expect(body.error.fields).toHaveProperty([field]);
  });

  it.each([
    ['/api/isp/services/999999', 404, 'not_found'],
    ['/api/isp/services/999999/logs', 404, 'not_found'],
    ['/api/isp/services/abc', 422, 'validation_failed'],
    ['/api/isp/services/0', 422, 'validation_failed'],
  ])('%s is answered %i', async (path, status, code) => {
    const answer = await site.api.call('GET', path);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});

describe('changing what is said of a service', () => {
  it('changes only what is named, raises the version and audits both sides', async () => {
    const { body: made } = await site.create({ username: 'edited', pool: 'old', description: 'Roof' });
    const path = `/api/isp/services/${made.id}`;
    const { status, body, headers } = await site.api.call('PATCH', path, {
      as: 'user',
      body: { pool: null, session_limit: 3 },
      headers: { 'If-Match': '"1"' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ pool: null, session_limit: 3, description: 'Roof', version: 2 });
    expect(headers.get('etag')).toBe('"2"');
    const { body: audit } = await site.api.call(
      'GET',
      `/api/isp/audit-log?action=service.edited&entity_id=${made.id}`,
    );
    expect(audit.items).toMatchObject([
      { before: { pool: 'old', session_limit: null }, after: { pool: null, session_limit: 3 } },
    ]);
  });

  it('is refused when somebody else changed it meanwhile', async () => {
    const { body: made } = await site.create();
    const path = `/api/isp/services/${made.id}`;
    await site.api.call('PATCH', path, { body: { description: 'one' } });
    const stale = await site.api.call('PATCH', path, {
      body: { description: 'two' },
      headers: { 'If-Match': '"1"' },
    });
    expect([stale.status, stale.body.error.code]).toEqual([409, 'version_conflict']);
    const { body } = await site.api.call('GET', path);
    expect(body.description).toBe('one');
  });

  it.each<[string, object, number, string]>([
    ['nothing', {}, 422, 'validation_failed'],
    ['the user name, which has a path of its own', { username: 'x' }, 422, 'validation_failed'],
    ['the status', { status: 'active' }, 422, 'validation_failed'],
    ['an unknown router', { allowed_nas_ids: [999_999] }, 404, 'not_found'],
    ['a taken address', { ip: '10.1.1.1' }, 409, 'address_taken'],
  ])('refuses %s', async (_, change, status, code) => {
    const { body: made } = await site.create();
    const answer = await site.api.call('PATCH', `/api/isp/services/${made.id}`, { body: change });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('a service that is not there is not found', async () => {
    const { status } = await site.api.call('PATCH', '/api/isp/services/999999', {
      body: { description: 'x' },
    });
    expect(status).toBe(404);
  });
});

describe.each([
  ['POST', '/api/isp/services'],
  ['POST', '/api/isp/mikrotik/services/create'],
  ['GET', '/api/isp/services'],
  ['GET', '/api/isp/services/1'],
  ['PATCH', '/api/isp/services/1'],
  ['GET', '/api/isp/services/1/logs'],
])('%s %s', (method, path) => {
  it.each(DENIED)('is closed to %s', async (_, as, status, code) => {
    const answer = await site.api.call(method, path, { as, ...(method === 'GET' ? {} : { body: {} }) });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});
