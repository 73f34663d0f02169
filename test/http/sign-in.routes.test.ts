import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api.ts';
import { addCustomer, addUser, newPerson, PASSWORD, signIn } from './people.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const login = (body: object) => api.call('POST', '/api/auth/login', { as: 'nobody', body });
const refresh = (token: string) =>
  api.call('POST', '/api/auth/refresh', { as: 'nobody', body: { refresh_token: token } });
const auditOf = async (userId: string) => {
  const { body } = await api.call('GET', `/api/isp/audit-log?entity=user&entity_id=${userId}`);
  return body.items.map((one: { action: string }) => one.action);
};

describe('POST /api/auth/login', () => {
  it('answers tokens and the user, in any case of the e-mail address', async () => {
    const { email, id } = await addUser(api, 'admin');
    const { status, body, headers } = await login({ email: email.toUpperCase(), password: PASSWORD });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expires_in: 900,
      refresh_token: expect.stringMatching(/^nfr_[\w-]{43}$/),
      user: expect.objectContaining({ id: Number(id), email, role: 'admin', totp_enabled: false }),
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await auditOf(id)).toEqual(['user.signed_in', 'user.created']);
  });

  it.each([
    ['a wrong password', async () => ({ email: (await addUser(api, 'user')).email, password: 'wrong' })],
    ['an e-mail address nobody has', async () => ({ email: 'nobody@isp.example', password: PASSWORD })],
    ['SQL in the address', async () => ({ email: `' or 1=1 --`, password: PASSWORD })],
    ['an empty password', async () => ({ email: (await addUser(api, 'user')).email, password: '' })],
  ])('%s is refused, and the answer does not tell which', async (_, body) => {
    const answer = await login(await body());
    expect([answer.status, answer.body]).toEqual([
      401,
      { error: { code: 'invalid_credentials', message: 'E-mail address or password is wrong.' } },
    ]);
  });

  it('a disabled user learns so only with the right password', async () => {
    const { email, id } = await addUser(api, 'user');
    await api.call('POST', `/api/isp/users/${id}/disable`);
    expect((await login({ email, password: 'wrong' })).body.error.code).toBe('invalid_credentials');
    const answer = await login({ email, password: PASSWORD });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'user_disabled']);
  });

  it('a failure is on record with its reason and without the password', async () => {
    const { email, id } = await addUser(api, 'user');
    await login({ email, password: 'my secret guess' });
    const { body } = await api.call('GET', `/api/isp/audit-log?action=user.sign_in_failed&entity_id=${id}`);
    expect(body.items).toMatchObject([{ actor: email, after: { reason: 'invalid_credentials' } }]);
    expect(JSON.stringify(body)).not.toContain('my secret guess');
  });

  it.each([
    ['no password', { email: 'a@b.c' }, 'password'],
    ['a number for a password', { email: 'a@b.c', password: 1 }, 'password'],
    ['an unknown key', { email: 'a@b.c', password: 'x', admin: true }, 'admin'],
  ])('%s is 422 with the name of the field', async (_, body, field) => {
    const answer = await login(body);
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
    expect(answer.body.error.fields).toHaveProperty(field);
  });

  it('what is no JSON is 400', async () => {
    const { status, body } = await api.call('POST', '/api/auth/login', { as: 'nobody', body: '{' });
    expect([status, body.error.code]).toEqual([400, 'malformed_json']);
  });
});

describe('POST /api/auth/refresh', () => {
  it('trades a refresh token for fresh tokens, each of which works', async () => {
    const { refreshToken, email } = await newPerson(api, 'user');
    const first = await refresh(refreshToken);
    expect(first.body).toMatchObject({ expires_in: 900, user: { email } });
    const second = await refresh(first.body.refresh_token);
    const me = await api.call('GET', '/api/auth/me', { as: { bearer: second.body.access_token } });
    expect([second.status, me.status]).toEqual([200, 200]);
  });

  it('a used one that comes back ends the whole session, the newest tokens included', async () => {
    const { refreshToken, id } = await newPerson(api, 'user');
    const fresh = await refresh(refreshToken);
    const replay = await refresh(refreshToken);
    expect([replay.status, replay.body.error.code]).toEqual([401, 'refresh_token_reused']);
    expect((await refresh(fresh.body.refresh_token)).body.error.code).toBe('token_invalid');
    const me = await api.call('GET', '/api/auth/me', { as: { bearer: fresh.body.access_token } });
    expect([me.status, me.body.error.code]).toEqual([401, 'token_invalid']);
    expect(await auditOf(id)).toContain('user.session_revoked');
  });

  it('of parallel trades of one token one wins at most once, and the session ends', async () => {
    const { refreshToken, caller } = await newPerson(api, 'user');
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 401, 401, 401, 401, 401, 401, 401]);
    expect((await api.call('GET', '/api/auth/me', { as: caller })).status).toBe(401);
  });

  it.each([
    ['of nobody', 'nfr_unknown'],
    ['that is an access token', 'a.b.c'],
    ['that is empty', ''],
  ])('a token %s is refused', async (_, token) => {
    const { status, body } = await refresh(token);
    expect([status, body.error.code]).toEqual([401, 'token_invalid']);
  });

  it('a token that nobody used for a month has expired', async () => {
    const { refreshToken } = await newPerson(api, 'user');
    await api.db.query(`update refresh_tokens set expires_at = now() where used_at is null`);
    expect((await refresh(refreshToken)).body.error.code).toBe('token_expired');
  });

  it('a disabled user gets no fresh tokens', async () => {
    const { refreshToken, id } = await newPerson(api, 'user');
    await api.call('POST', `/api/isp/users/${id}/disable`);
    expect((await refresh(refreshToken)).body.error.code).toBe('token_invalid');
  });
});

describe('POST /api/auth/logout', () => {
  it('ends this session at once, and no other', async () => {
    const { email, caller, refreshToken } = await newPerson(api, 'user');
    const other = await signIn(api, email);
    expect((await api.call('POST', '/api/auth/logout', { as: caller })).status).toBe(204);
    expect((await api.call('GET', '/api/auth/me', { as: caller })).body.error.code).toBe('token_invalid');
    expect((await refresh(refreshToken)).status).toBe(401);
    expect((await api.call('GET', '/api/auth/me', { as: other.caller })).status).toBe(200);
  });

  it('is 401 for nobody', async () => {
    expect((await api.call('POST', '/api/auth/logout', { as: 'nobody' })).status).toBe(401);
  });
});

describe('POST /api/auth/password', () => {
  const change = (as: { bearer: string }, current_password: string, new_password: string) =>
    api.call('POST', '/api/auth/password', { as, body: { current_password, new_password } });

  it('changes it and ends the other sessions, not this one', async () => {
    const { email, id, caller } = await newPerson(api, 'user');
    const other = await signIn(api, email);
    expect((await change(caller, PASSWORD, 'a better password')).status).toBe(204);
    expect((await api.call('GET', '/api/auth/me', { as: other.caller })).status).toBe(401);
    expect((await api.call('GET', '/api/auth/me', { as: caller })).status).toBe(200);
    expect((await login({ email, password: PASSWORD })).status).toBe(401);
    expect((await login({ email, password: 'a better password' })).status).toBe(200);
    expect(await auditOf(id)).toContain('user.password_changed');
  });

  it.each([
    ['the wrong current one', 'wrong', 'a better password', 403, 'wrong_password'],
    ['too short a new one', PASSWORD, 'short', 422, 'validation_failed'],
    ['more than bcrypt reads', PASSWORD, 'x'.repeat(73), 422, 'validation_failed'],
  ])('%s is refused and changes nothing', async (_, current, next, status, code) => {
    const { email, caller } = await newPerson(api, 'customer', await addCustomer(api));
    const answer = await change(caller, current, next);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect((await login({ email, password: PASSWORD })).status).toBe(200);
  });

  it('is 401 for nobody and 403 for an API token', async () => {
    const body = { current_password: 'x', new_password: 'a better password' };
    const asNobody = await api.call('POST', '/api/auth/password', { as: 'nobody', body });
    const asToken = await api.call('POST', '/api/auth/password', { as: { scopes: ['users.manage'] }, body });
    expect([asNobody.status, asToken.status]).toEqual([401, 403]);
  });
});

describe('GET /api/auth/me', () => {
  it.each([
    ['admin', 'users.manage', 'own.read'],
    ['user', 'customers.write', 'users.manage'],
    ['customer', 'own.read', 'customers.read'],
  ] as const)('tells a %s who they are and what they may do', async (role, may, mayNot) => {
    const customerId = role === 'customer' ? await addCustomer(api) : undefined;
    const person = await newPerson(api, role, customerId);
    const { body } = await api.call('GET', '/api/auth/me', { as: person.caller });
    const owner = customerId === undefined ? null : Number(customerId);
    expect(body).toMatchObject({ email: person.email, role, customer_id: owner, token: null });
    expect(body.permissions).toContain(may);
    expect(body.permissions).not.toContain(mayNot);
  });
});
