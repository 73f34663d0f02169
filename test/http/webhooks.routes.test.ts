import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api.ts';

const path = '/api/isp/webhooks';
let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});

beforeEach(() => api.db.query('truncate webhook_endpoints, webhook_deliveries', [], { prepare: false }));

afterAll(() => api.close());

async function made(body: object = { url: 'https://crm.example.net/hook' }) {
  const answer = await api.call('POST', path, { body });
  expect(answer.status).toBe(201);
  return answer;
}

describe('an endpoint', () => {
  it('is made with a secret that is shown once and kept sealed', async () => {
    const { body, headers } = await made({
      url: 'https://crm.example.net/hook',
      description: 'CRM',
      topics: ['service.suspended', 'invoice.paid', 'invoice.paid'],
    });
    expect(body).toEqual({
      id: expect.any(Number),
      url: 'https://crm.example.net/hook',
      description: 'CRM',
      topics: ['invoice.paid', 'service.suspended'],
      disabled: false,
      version: 1,
      created_at: expect.any(String),
      secret: expect.stringMatching(/^whsec_[\w-]{43}$/),
    });
    expect(headers.get('ETag')).toBe('"1"');
    const { secret, ...shown } = body;
    expect((await api.call('GET', `${path}/${body.id}`)).body).toEqual(shown);
    expect((await api.call('GET', path)).body).toEqual({ items: [shown], next_cursor: null });
    const [kept] = await api.db.query<{ secret_enc: Buffer }>('select secret_enc from webhook_endpoints');
    expect(kept?.secret_enc.includes(secret)).toBe(false);
    const [audit] = await api.db.query('select action, after from audit_log order by id desc limit 1');
    expect(JSON.stringify(audit)).not.toContain(secret);
    expect(audit).toMatchObject({ action: 'webhook.created', after: { url: shown.url } });
  });

  it('changes only in what is sent, if nobody was faster', async () => {
    const { body } = await made();
    const one = `${path}/${body.id}`;
    const off = await api.call('PATCH', one, { body: { disabled: true }, headers: { 'If-Match': '"1"' } });
    expect([off.status, off.body.disabled, off.body.version, off.body.url]).toEqual([200, true, 2, body.url]);
    const late = await api.call('PATCH', one, { body: { topics: [] }, headers: { 'If-Match': '"1"' } });
    expect([late.status, late.body.error.code]).toEqual([409, 'version_conflict']);
    const on = await api.call('PATCH', one, { body: { disabled: false, description: null } });
    expect([on.status, on.body.disabled, on.body.version]).toEqual([200, false, 3]);
  });

  it('gets a new secret, and goes with its log', async () => {
    const { body } = await made();
    const one = `${path}/${body.id}`;
    const rotated = await api.call('POST', `${one}/rotate-secret`);
    expect([rotated.status, rotated.body.secret === body.secret]).toEqual([200, false]);
    await api.call('POST', `${one}/ping`);
    expect((await api.call('DELETE', one)).status).toBe(204);
    expect((await api.call('GET', one)).status).toBe(404);
    expect(await api.db.query('select * from webhook_deliveries')).toEqual([]);
  });

  it.each([
    ['no address', {}, 'url'],
    ['no URL', { url: 'crm' }, 'url'],
    ['another scheme', { url: 'file:///etc/passwd' }, 'url'],
    ['a password in it', { url: 'https://a:b@example.net/' }, 'url'],
    ['an event nobody knows', { url: 'https://example.net/', topics: ['sun.rose'] }, 'topics'],
    ['an unknown key', { url: 'https://example.net/', secret: 'mine' }, 'secret'],
  ])('with %s is refused', async (_, body, field) => {
    const answer = await api.call('POST', path, { body });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
    expect(answer.body.error.fields).toHaveProperty(field);
    expect(await api.db.query('select * from webhook_endpoints')).toEqual([]);
  });
});

describe('the log', () => {
  it('lists deliveries newest first, in pages, by status, and sends one again', async () => {
    const { body } = await made();
    const one = `${path}/${body.id}`;
    const first = await api.call('POST', `${one}/ping`);
    expect([first.status, first.body.topic, first.body.status]).toEqual([202, 'webhook.ping', 'waiting']);
    const second = await api.call('POST', `${one}/ping`);
    const page = await api.call('GET', `${one}/deliveries?limit=1`);
    expect(page.body.items.map((item: { id: number }) => item.id)).toEqual([second.body.id]);
    const next = await api.call('GET', `${one}/deliveries?limit=1&cursor=${page.body.next_cursor}`);
    expect(next.body).toMatchObject({ items: [{ id: first.body.id }], next_cursor: null });
    await api.db.query(
      `update webhook_deliveries set status = 'failed', attempts = 8 where id = $1::bigint`,
      [String(first.body.id)],
    );
    const failed = await api.call('GET', `${one}/deliveries?status=failed`);
    expect(failed.body.items).toMatchObject([{ id: first.body.id, attempts: 8, next_attempt_at: null }]);
    const again = await api.call('POST', `${one}/deliveries/${first.body.id}/resend`);
    expect([again.status, again.body.status, again.body.attempts]).toEqual([202, 'waiting', 0]);
  });

  it('of one endpoint does not show those of another', async () => {
    const { body: mine } = await made();
    const { body: other } = await made();
    const { body: ping } = await api.call('POST', `${path}/${mine.id}/ping`);
    const answer = await api.call('POST', `${path}/${other.id}/deliveries/${ping.id}/resend`);
    expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
  });
});

it.each([
  ['GET', ''],
  ['PATCH', ''],
  ['DELETE', ''],
  ['POST', '/rotate-secret'],
  ['POST', '/ping'],
  ['GET', '/deliveries'],
  ['POST', '/deliveries/1/resend'],
])('%s of an endpoint that is not there (%s) is 404', async (method, rest) => {
  const body = method === 'PATCH' ? { body: { disabled: true } } : {};
  const answer = await api.call(method, `${path}/999${rest}`, body);
  expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
});

it.each(['user', { customerId: '1' }, { scopes: ['settings.write'] as const }] as const)(
  '%j may not manage webhooks',
  async (as) => {
    expect((await api.call('GET', path, { as })).status).toBe(403);
    expect((await api.call('POST', path, { as, body: { url: 'https://example.net/' } })).status).toBe(403);
  },
);
