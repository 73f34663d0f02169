import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareFirstAdmin } from '../../src/platform/identity/first-run/first-admin.service.ts';
import { openTestApi, type TestApi } from './api.ts';
import { askLocally, askRemotely } from './fixtures.ts';
import { hasher } from './identity.ts';
import { addUser, PASSWORD, signIn } from './people.ts';

let api: TestApi;
let token = '';

beforeEach(async () => {
  api = await openTestApi();
  token = (await prepareFirstAdmin({ db: api.db, hasher }, undefined)).token ?? '';
});
afterEach(() => api.close());

const setUp = (body: object) => api.call('POST', '/api/auth/setup', { as: 'nobody', body });
const ops = () => ({ token, email: 'ops@isp.example', password: PASSWORD });

it('the token makes the first administrator, who is signed in, and is void then', async () => {
  const { status, body } = await setUp(ops());
  expect([status, body.user.email, body.user.role]).toEqual([201, 'ops@isp.example', 'admin']);
  const me = await api.call('GET', '/api/auth/me', { as: { bearer: body.access_token } });
  expect(me.body.permissions).toContain('users.manage');
  const again = await setUp({ ...ops(), email: 'second@isp.example' });
  expect([again.status, again.body.error.code]).toEqual([409, 'already_set_up']);
});

it('of parallel calls one wins, and there is one administrator', async () => {
  const calls = Array.from({ length: 6 }, (_, n) => setUp({ ...ops(), email: `ops${n}@isp.example` }));
  const answers = await Promise.all(calls);
  const outcomes = answers.map(({ status, body }) => body.error?.code ?? status).sort();
  expect(outcomes).toEqual([201, ...Array.from({ length: 5 }, () => 'already_set_up')]);
  const [row] = await api.db.query<{ count: string }>(`select count(*) from users where role = 'admin'`);
  expect(row?.count).toBe('1');
});

it.each([
  ['a wrong token', { token: 'nfs_wrong' }, 401, 'setup_token_invalid'],
  ['a short password', { password: 'short' }, 422, 'validation_failed'],
  ['no e-mail address', { email: 'ops' }, 422, 'validation_failed'],
  ['an unknown key', { role: 'admin' }, 422, 'validation_failed'],
])('%s is refused and makes nobody', async (_, wrong, status, code) => {
  const answer = await setUp({ ...ops(), ...wrong });
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  expect(await api.db.query('select 1 from users')).toEqual([]);
});

it('an e-mail address somebody else has is refused', async () => {
  const { email } = await addUser(api, 'user');
  const answer = await setUp({ ...ops(), email });
  expect([answer.status, answer.body.error.code]).toEqual([409, 'email_taken']);
});

it('a new start makes a new token, the old one is void, and only a hash is kept', async () => {
  const next = (await prepareFirstAdmin({ db: api.db, hasher }, undefined)).token ?? '';
  expect((await setUp(ops())).body.error.code).toBe('setup_token_invalid');
  const kept = await api.db.query<{ value: Buffer }>('select value from installation');
  expect(kept.some(({ value }) => value.toString().includes(next))).toBe(false);
  expect((await setUp({ ...ops(), token: next })).status).toBe(201);
});

it('the administrator of the environment is made once, on record, and there is no token then', async () => {
  const given = { email: 'env@isp.example', password: PASSWORD };
  const both = await Promise.all([1, 2].map(() => prepareFirstAdmin({ db: api.db, hasher }, given)));
  expect(both.filter(({ created }) => created !== undefined)).toHaveLength(1);
  expect(await prepareFirstAdmin({ db: api.db, hasher }, { ...given, email: 'b@isp.example' })).toEqual({});
  const { caller } = await signIn(api, 'env@isp.example');
  const { body } = await api.call('GET', '/api/isp/audit-log?action=user.created', { as: caller });
  expect(body.items).toMatchObject([{ actor_kind: 'system', entity: 'user' }]);
  expect((await setUp(ops())).body.error.code).toBe('already_set_up');
});

it('calls in a burst are held back', async () => {
  const codes: string[] = [];
  for (let n = 0; n < 31; n += 1) codes.push((await setUp({ ...ops(), token: 'x' })).body.error.code);
  expect(codes.slice(0, 30).every((code) => code === 'setup_token_invalid')).toBe(true);
  const { status, headers, body } = await setUp(ops());
  expect([codes[30], status, body.error.code]).toEqual(['rate_limited', 429, 'rate_limited']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
});

const page = (form?: Record<string, string>) =>
  api.app.request('/setup', form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) });

it('the page makes the administrator without JavaScript', async () => {
  const shown = await (await page()).text();
  expect(shown).toContain('Create the first administrator');
  expect(shown).not.toMatch(/<script|style=|onclick/);
  const done = await page({ ...ops(), repeat: PASSWORD });
  expect([done.status, await done.text()]).toEqual([
    201,
    expect.stringContaining('Your administrator is ready'),
  ]);
  await signIn(api, 'ops@isp.example');
  const after = await (await page()).text();
  expect(after).toContain('There is an administrator already');
  expect(after).not.toContain('<form');
});

it.each([
  ['a wrong token', { token: 'nfs_wrong' }, 401, 'The set-up token is wrong'],
  ['two passwords that differ', { repeat: 'another password' }, 422, 'The two passwords differ.'],
  ['a short password', { password: 'short', repeat: 'short' }, 422, 'at least 8 characters'],
  ['markup in a field', { email: '"><script>alert(1)</script>' }, 422, '&quot;&gt;&lt;script'],
])(
  'the page with %s says so, keeps what was filled in and never a password',
  async (_, wrong, status, says) => {
    const answer = await page({ ...ops(), repeat: PASSWORD, ...wrong });
    const html = await answer.text();
    expect([answer.status, html]).toEqual([status, expect.stringContaining(says)]);
    expect(html).not.toContain(PASSWORD);
    expect(html).not.toContain('<script>');
  },
);

it('the page warns whoever reaches it over the network without encryption, and nobody at the machine', async () => {
  const [near, far] = await Promise.all([askLocally(api.app, '/setup'), askRemotely(api.app, '/setup')]);
  expect(await far.text()).toContain('came without encryption');
  expect(await near.text()).not.toContain('came without encryption');
});
