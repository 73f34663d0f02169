import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkFixture } from '../db/network-fixture.ts';
import { type Answer, openTestApi, type TestApi } from './api.ts';
import { DENIED, HOSTILE_BODIES } from './hostile.ts';

let api: TestApi;
let net: NetworkFixture;
let serial = 0;

beforeAll(async () => {
  api = await openTestApi();
  net = new NetworkFixture(api.db);
});
afterAll(() => api.close());

const secret = 'a-shared-secret-of-24-ch';
const create = (more: object = {}): Promise<Answer> => {
  serial += 1;
  const body = { name: `tower-${serial}`, address: `198.51.100.${serial}`, secret, ...more };
  return api.call('POST', '/api/isp/nas', { body });
};
const count = async (): Promise<number> => (await api.db.query('select 1 from nas')).length;

describe('adding a router', () => {
  it('answers it with the lines to paste, never with a secret somebody chose', async () => {
    const { status, body, headers } = await create({
      name: 'kilimani',
      address: '10.4.0.77/24',
      nas_identifier: 'kili-1',
      coa_port: 3800,
      interim_interval_s: 120,
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'kilimani',
      address: '10.4.0.0/24',
      nas_identifier: 'kili-1',
      coa_port: 3800,
      require_message_authenticator: 'auto',
      signature: 'learning',
      is_rotating: false,
      open_sessions: 0,
      last_auth_at: null,
      version: 1,
    });
    expect(body.script.join('\n')).toContain(
      '/radius add service=ppp,hotspot,dhcp address=198.51.100.7 secret="THE-SHARED-SECRET"',
    );
    expect(body.script).toContain('/radius incoming set accept=yes port=3800');
    expect(body.script).toContain('/ppp aaa set use-radius=yes accounting=yes interim-update=120s');
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(headers.get('etag')).toBe('"1"');
    const { body: audit } = await api.call('GET', `/api/isp/audit-log?entity=nas&entity_id=${body.id}`);
    expect(audit.items).toMatchObject([{ action: 'nas.created', after: { nas_address: '10.4.0.0/24' } }]);
    expect(JSON.stringify(audit)).not.toContain(secret);
  });

  it('makes a secret when none is given and shows it this once, in the lines too', async () => {
    const { body } = await create({ secret: undefined });
    expect(body.secret).toMatch(/^\w{24}$/);
    expect(body.script[0]).toContain(`secret="${body.secret}"`);
    const { body: read } = await api.call('GET', `/api/isp/nas/${body.id}`);
    expect(read).not.toHaveProperty('secret');
    const { body: script } = await api.call('GET', `/api/isp/nas/${body.id}/script`, { as: 'user' });
    expect(script.script[0]).toContain('THE-SHARED-SECRET');
  });

  it('warns of a secret that can be guessed', async () => {
    const { status, body } = await create({ secret: 'short' });
    expect([status, body.warning]).toEqual([201, expect.stringContaining('can be guessed')]);
  });

  it.each([
    ['2001:db8:1::/48', '2001:db8:1::/48'],
    ['2001:DB8::7', '2001:db8::7'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
  ])('takes the address %s as %s', async (address, kept) => {
    const { status, body } = await create({ address });
    expect([status, body.address]).toEqual([201, kept]);
  });

  it.each<[string, object, number, string, string]>([
    ['a malformed address', { address: '10.0.0.256' }, 422, 'validation_failed', 'address'],
    ['a malformed block', { address: '10.0.0.0/33' }, 422, 'validation_failed', 'address'],
    ['a name of two lines', { name: 'a\nb' }, 422, 'validation_failed', 'name'],
    ['an empty secret', { secret: '' }, 422, 'validation_failed', 'secret'],
    ['a port out of range', { coa_port: 70_000 }, 422, 'validation_failed', 'coa_port'],
    ['an interval too short', { interim_interval_s: 5 }, 422, 'validation_failed', 'interim_interval_s'],
    ['a rule nobody knows', { limit_proxy_state: 'maybe' }, 422, 'validation_failed', 'limit_proxy_state'],
    ['an unknown key', { colour: 'red' }, 422, 'validation_failed', 'colour'],
    ['a taken name', { name: 'kilimani' }, 409, 'nas_name_taken', 'name'],
    [
      'a taken address',
      { address: '10.4.0.0/24', nas_identifier: 'kili-1' },
      409,
      'nas_address_taken',
      'address',
    ],
  ])('refuses %s and changes nothing', async (_, more, status, code, field) => {
    const before = await count();
    const answer = await create(more);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(answer.body.error.fields).toHaveProperty([field]);
    expect(await count()).toBe(before);
  });

  it('of many at once with one name makes exactly one', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => create({ name: 'race' })));
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });

  it.each(HOSTILE_BODIES)('refuses %s', async (_, body, statuses) => {
    const { status } = await api.call('POST', '/api/isp/nas', { body });
    expect(statuses).toContain(status);
  });
});

describe('reading routers', () => {
  it('shows sessions and when the router was last heard', async () => {
    const { body: made } = await create({ name: 'heard' });
    await api.db.query(
      `insert into nas_contacts (nas_id, host, last_auth_at, last_acct_at, last_address) values
         ($1::bigint, 'a', '2026-11-25T08:00:00Z', '2026-11-25T08:30:00Z', '10.0.0.1'),
         ($1::bigint, 'b', '2026-11-25T08:10:00Z', null, '10.0.0.1')`,
      [made.id],
    );
    await net.session({ nasId: String(made.id) });
    await api.db.query('update nas set message_authenticator_learnt_at = now() where id = $1::bigint', [
      made.id,
    ]);
    const { body } = await api.call('GET', `/api/isp/nas/${made.id}`, { as: 'user' });
    expect(body).toMatchObject({
      open_sessions: 1,
      last_auth_at: '2026-11-25T08:10:00.000Z',
      last_acct_at: '2026-11-25T08:30:00.000Z',
      signature: 'learnt',
    });
  });

  it('pages by name without gap or repetition, and finds by a part', async () => {
    for (const name of ['zone-a', 'zone-b', 'zone-c']) await create({ name });
    const first = await api.call('GET', '/api/isp/nas?q=ZONE&limit=2');
    const second = await api.call('GET', `/api/isp/nas?q=zone&limit=2&cursor=${first.body.next_cursor}`);
    const names = [...first.body.items, ...second.body.items].map((one: { name: string }) => one.name);
    expect(names).toEqual(['zone-a', 'zone-b', 'zone-c']);
  });

  it('streams CSV without any secret', async () => {
    const { body } = await api.call('GET', '/api/isp/nas', { headers: { Accept: 'text/csv' } });
    expect(body.split('\n')[0]).toContain('last_auth_at');
    expect(body).not.toContain(secret);
  });
});

describe('changing a router', () => {
  it('changes only what is named and audits it', async () => {
    const { body: made } = await create({ coa_port: 3800 });
    const { status, body } = await api.call('PATCH', `/api/isp/nas/${made.id}`, {
      body: { coa_timeout_ms: 500, is_disabled: true, nas_identifier: null },
      headers: { 'If-Match': '"1"' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ coa_port: 3800, coa_timeout_ms: 500, is_disabled: true, version: 2 });
    const { body: enabled } = await api.call('PATCH', `/api/isp/nas/${made.id}`, {
      body: { is_disabled: false },
    });
    expect(enabled.is_disabled).toBe(false);
    const { body: audit } = await api.call(
      'GET',
      `/api/isp/audit-log?action=nas.updated&entity_id=${made.id}`,
    );
    expect(audit.items[1]).toMatchObject({ before: { coa_timeout_ms: 300 }, after: { coa_timeout_ms: 500 } });
  });

  it('forgets what was learnt of its signatures when the rule is said anew', async () => {
    const { body: made } = await create();
    await api.db.query('update nas set message_authenticator_learnt_at = now() where id = $1::bigint', [
      made.id,
    ]);
    const { body } = await api.call('PATCH', `/api/isp/nas/${made.id}`, {
      body: { require_message_authenticator: 'auto' },
    });
    expect(body).toMatchObject({ signature: 'learning', signature_learnt_at: null });
  });

  it.each<[string, object, number, string]>([
    ['nothing', {}, 422, 'validation_failed'],
    ['the secret, which is rotated', { secret: 'another-secret-of-16' }, 422, 'validation_failed'],
    ['a malformed address', { address: 'edge' }, 422, 'validation_failed'],
    ['a taken name', { name: 'kilimani' }, 409, 'nas_name_taken'],
  ])('refuses %s', async (_, body, status, code) => {
    const { body: made } = await create();
    const answer = await api.call('PATCH', `/api/isp/nas/${made.id}`, { body });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('is refused when somebody else changed it meanwhile', async () => {
    const { body: made } = await create();
    const headers = { 'If-Match': '"7"' };
    for (const [method, body] of [
      ['PATCH', { coa_port: 1 }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await api.call(method, `/api/isp/nas/${made.id}`, { body, headers });
      expect([answer.status, answer.body.error.code]).toEqual([409, 'version_conflict']);
    }
  });

  it('a removed router is gone, and it is said how many sessions were open', async () => {
    const { body: made } = await create();
    await net.session({ nasId: String(made.id) });
    const { status, body } = await api.call('DELETE', `/api/isp/nas/${made.id}`);
    expect([status, body]).toEqual([200, { open_sessions: 1 }]);
    expect((await api.call('GET', `/api/isp/nas/${made.id}`)).status).toBe(404);
  });
});

describe('the secret', () => {
  it('is exchanged in two steps, shown once, and leaves no trace in the audit log', async () => {
    const { body: made } = await create();
    const path = `/api/isp/nas/${made.id}`;
    const { body: rotated } = await api.call('POST', `${path}/rotate-secret`);
    expect(rotated).toMatchObject({ is_rotating: true, secret: expect.stringMatching(/^\w{24}$/) });
    const again = await api.call('POST', `${path}/rotate-secret`);
    expect([again.status, again.body.error.code]).toEqual([409, 'rotation_unfinished']);
    const { body: finished } = await api.call('POST', `${path}/finish-rotation`);
    expect(finished.is_rotating).toBe(false);
    const late = await api.call('POST', `${path}/finish-rotation`);
    expect([late.status, late.body.error.code]).toEqual([409, 'no_rotation']);
    const { body: audit } = await api.call('GET', `/api/isp/audit-log?entity=nas&entity_id=${made.id}`);
    expect(audit.items.map((one: { action: string }) => one.action)).toEqual([
      'nas.rotation_finished',
      'nas.secret_rotated',
      'nas.created',
    ]);
    expect(JSON.stringify(audit)).not.toContain(rotated.secret);
  });

  it('that somebody chose is not answered', async () => {
    const { body: made } = await create();
    const body = { secret: 'chosen-by-a-person-1' };
    const answer = await api.call('POST', `/api/isp/nas/${made.id}/rotate-secret`, { body });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).not.toContain(body.secret);
  });

  it('that is none is refused', async () => {
    const { body: made } = await create();
    const answer = await api.call('POST', `/api/isp/nas/${made.id}/rotate-secret`, {
      body: { secret: ' x' },
    });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
  });
});

const OPERATIONS: readonly (readonly [string, string, boolean])[] = [
  ['POST', '/api/isp/nas', false],
  ['GET', '/api/isp/nas', true],
  ['GET', '/api/isp/nas/{id}', true],
  ['GET', '/api/isp/nas/{id}/script', true],
  ['PATCH', '/api/isp/nas/{id}', false],
  ['DELETE', '/api/isp/nas/{id}', false],
  ['POST', '/api/isp/nas/{id}/rotate-secret', false],
  ['POST', '/api/isp/nas/{id}/finish-rotation', false],
];
const bodyFor = (method: string) => (method === 'PATCH' ? { coa_port: 3799 } : undefined);

describe.each(OPERATIONS)('%s %s', (method, path, isForStaff) => {
  const body = bodyFor(method);

  it.each(DENIED)('is closed to %s', async (_, as, status, code) => {
    const answer = await api.call(method, path.replace('{id}', '1'), { as, body });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('is for staff to read, for administrators to change', async () => {
    const { status } = await api.call(method, path.replace('{id}', '1'), { as: 'user', body });
    expect(status === 403).toBe(!isForStaff);
  });
});

it.each(OPERATIONS.filter(([, path]) => path.includes('{id}')))(
  '%s %s does not find a router that is not there',
  async (method, path) => {
    const answer = await api.call(method, path.replace('{id}', '999999'), { body: bodyFor(method) });
    expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
  },
);
