import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Caller, type CallOptions, openTestApi, type TestApi } from './api.ts';
import { addCustomer, newPerson, type Person } from './people.ts';

let api: TestApi;
let ann: Person;

beforeAll(async () => {
  api = await openTestApi();
  ann = await newPerson(api, 'admin');
});
afterAll(() => api.close());

const create = (body: object, as: CallOptions['as'] = ann.caller) =>
  api.call('POST', '/api/isp/tokens', { as, body });
const script = { name: 'billing script', scopes: ['customers.read', 'audit.read'] };
const bearerOf = ({ body }: Answer) => ({ bearer: String(body.token) });
const use = (answer: Answer, path = '/api/isp/audit-log') => api.call('GET', path, { as: bearerOf(answer) });

it('is shown once, listed by its first letters, and kept as a hash', async () => {
  const made = await create(script);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ ...script, made_by: ann.email, last_used_at: null, revoked_at: null });
  expect(made.body.token).toMatch(/^nft_[\w-]{43}$/);
  expect(made.body.expires_at).not.toBeNull();
  const { body } = await api.call('GET', '/api/isp/tokens', { as: ann.caller });
  const listed = body.items.find((one: { id: number }) => one.id === made.body.id);
  expect(made.body.token.startsWith(listed.prefix)).toBe(true);
  expect(JSON.stringify(body)).not.toContain(made.body.token);
  const rows = await api.db.query('select * from api_tokens');
  expect(JSON.stringify(rows)).not.toContain(made.body.token.slice(listed.prefix.length));
  const audit = await api.call('GET', `/api/isp/audit-log?entity=token&entity_id=${made.body.id}`);
  expect(audit.body.items).toMatchObject([{ action: 'token.created', actor: ann.email, after: script }]);
});

it('does what its scopes say and nothing else, and acts under its own name', async () => {
  const made = await create({ ...script, scopes: ['audit.read', 'tokens.manage'] });
  expect((await use(made)).status).toBe(200);
  expect((await use(made, '/api/isp/users')).body.error.code).toBe('forbidden');
  const me = await use(made, '/api/auth/me');
  expect(me.body).toMatchObject({ email: ann.email, token: 'billing script' });
  const child = await create({ name: 'child', scopes: ['audit.read'] }, bearerOf(made));
  const audit = await api.call('GET', `/api/isp/audit-log?entity=token&entity_id=${child.body.id}`);
  expect(audit.body.items[0]).toMatchObject({ actor_kind: 'token', actor: 'billing script' });
});

it('tells when it was last used', async () => {
  const made = await create(script);
  await use(made);
  const { body } = await api.call('GET', '/api/isp/tokens', { as: ann.caller });
  const listed = body.items.find((one: { id: number }) => one.id === made.body.id);
  expect(listed.last_used_at).not.toBeNull();
});

describe('never more than its maker', () => {
  it('a scope the maker lacks is refused', async () => {
    const made = await create({ name: 'small', scopes: ['tokens.manage'] });
    const { status, body } = await create({ name: 'big', scopes: ['users.manage'] }, bearerOf(made));
    expect([status, body.error.fields]).toEqual([422, { scopes: 'may not hold users.manage' }]);
  });

  it('what the maker loses the token loses at once', async () => {
    const maker = await newPerson(api, 'admin');
    const made = await create({ name: 'x', scopes: ['audit.read', 'customers.read'] }, maker.caller);
    await api.call('PATCH', `/api/isp/users/${maker.id}`, { as: ann.caller, body: { role: 'user' } });
    expect((await use(made)).body.error.code).toBe('forbidden');
    expect((await use(made, '/api/auth/me')).body.permissions).toEqual(['customers.read']);
  });

  it('a token of a disabled maker is refused', async () => {
    const maker = await newPerson(api, 'admin');
    const made = await create(script, maker.caller);
    await api.call('POST', `/api/isp/users/${maker.id}/disable`, { as: ann.caller });
    expect((await use(made)).body.error.code).toBe('token_invalid');
  });
});

it('is refused from the moment it is revoked, and revoking again changes nothing', async () => {
  const made = await create(script);
  const revoke = () => api.call('DELETE', `/api/isp/tokens/${made.body.id}`, { as: ann.caller });
  expect((await revoke()).status).toBe(204);
  expect([(await use(made)).status, (await use(made)).body.error.code]).toEqual([401, 'token_invalid']);
  expect((await revoke()).status).toBe(204);
  const audit = await api.call('GET', `/api/isp/audit-log?action=token.revoked&entity_id=${made.body.id}`);
  expect(audit.body.items).toHaveLength(1);
});

it('is refused with token_expired after its end', async () => {
  const made = await create({ ...script, expires_at: '2099-01-01T00:00:00Z' });
  expect((await use(made)).status).toBe(200);
  await api.db.query(`update api_tokens set expires_at = now() where id = $1`, [made.body.id]);
  expect([(await use(made)).status, (await use(made)).body.error.code]).toEqual([401, 'token_expired']);
});

it('has no end when null is asked for', async () => {
  expect((await create({ ...script, expires_at: null })).body.expires_at).toBeNull();
});

it.each([
  ['an unknown scope', { name: 'x', scopes: ['everything'] }, 'scopes.0'],
  ['no scope', { name: 'x', scopes: [] }, 'scopes'],
  ['no name', { name: ' ', scopes: ['audit.read'] }, 'name'],
  ['an end that has passed', { ...script, expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
  ['an unknown key', { ...script, user_id: 1 }, 'user_id'],
])('%s is 422 with the name of the field', async (_, body, field) => {
  const answer = await create(body);
  expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
  expect(answer.body.error.fields).toHaveProperty([field]);
});

it('a token that is not there is 404', async () => {
  expect((await api.call('DELETE', '/api/isp/tokens/999', { as: ann.caller })).status).toBe(404);
});

it('with Accept: text/csv the list is a table', async () => {
  const headers = { Accept: 'text/csv' };
  const { body } = await api.call('GET', '/api/isp/tokens', { as: ann.caller, headers });
  expect(body.split('\n')[0]).toContain('id,name,prefix');
});

it.each([
  ['nobody', async (): Promise<Caller> => 'nobody', 401],
  ['a user', async (): Promise<Caller> => (await newPerson(api, 'user')).caller, 403],
  [
    'a customer',
    async (): Promise<Caller> => (await newPerson(api, 'customer', await addCustomer(api))).caller,
    403,
  ],
] as const)('%s may neither list, make nor end tokens', async (_, caller, status) => {
  const as = await caller();
  const answers = await Promise.all([
    api.call('GET', '/api/isp/tokens', { as }),
    create(script, as),
    api.call('DELETE', '/api/isp/tokens/1', { as }),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
});
