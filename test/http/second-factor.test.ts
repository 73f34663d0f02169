import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../support/manual-clock.ts';
import { openTestApi, type TestApi } from './api.ts';
import { newPerson, PASSWORD, type Person, signIn } from './people.ts';

let api: TestApi;
/** Stands still, so that no time step ends in the middle of a test. */
const clock = manualClock(new Date().toISOString());

beforeAll(async () => {
  api = await openTestApi(({ identity }) => ({ identity: { ...identity, clock } }));
});
afterAll(() => api.close());

const STEP_MS = 30_000;
const login = (email: string, totp?: string) =>
  api.call('POST', '/api/auth/login', {
    as: 'nobody',
    body: { email, password: PASSWORD, ...(totp === undefined ? {} : { totp }) },
  });
const post = (person: Person, path: string, body?: object) =>
  api.call('POST', `/api/auth/totp/${path}`, { as: person.caller, ...(body === undefined ? {} : { body }) });

/** The code the app shows `steps` away from now. */
function codeOf(secret: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: clock.nowMs() + steps * STEP_MS,
  });
}

/** Somebody with a second factor, enrolled with the code before the present one, so that the next ones are free. */
async function enrolled(): Promise<Person & { secret: string; recovery: string[] }> {
  const person = await newPerson(api, 'admin');
  const { body } = await post(person, 'enrol');
  const confirmed = await post(person, 'confirm', { totp: codeOf(body.secret, -1) });
  if (confirmed.status !== 200) throw new Error(JSON.stringify(confirmed.body));
  return { ...person, secret: body.secret, recovery: confirmed.body.recovery_codes };
}

describe('enrolment', () => {
  it('changes nothing at sign-in before a code confirms it, and is on record then', async () => {
    const person = await newPerson(api, 'admin');
    const { status, body } = await post(person, 'enrol');
    expect([status, body]).toEqual([
      200,
      {
        secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
        otpauth_url: expect.stringMatching(/^otpauth:\/\/totp\/NetFlow%20ISP:/),
      },
    ]);
    expect((await login(person.email)).status).toBe(200);
    const { body: confirmed } = await post(person, 'confirm', { totp: codeOf(body.secret) });
    expect(new Set(confirmed.recovery_codes).size).toBe(10);
    expect((await login(person.email)).body.error.code).toBe('totp_required');
    const audit = await api.call('GET', `/api/isp/audit-log?action=user.totp_enabled&entity_id=${person.id}`);
    expect(audit.body.items).toHaveLength(1);
  });

  it('keeps the secret sealed and the recovery codes as hashes', async () => {
    const person = await enrolled();
    const rows = await api.db.query<{ text: string }>(
      `select concat(u.totp_secret, ' ', c.code_hash, ' ', encode(u.totp_secret, 'escape')) as text
       from users u join recovery_codes c on c.user_id = u.id where u.id = $1`,
      [person.id],
    );
    expect(rows).toHaveLength(10);
    const kept = rows.map(({ text }) => text).join();
    expect(kept).not.toContain(person.secret);
    for (const code of person.recovery) expect(kept).not.toContain(code);
  });

  it('a wrong code confirms nothing', async () => {
    const person = await newPerson(api, 'admin');
    await post(person, 'enrol');
    const { status, body } = await post(person, 'confirm', { totp: 'abcdef' });
    expect([status, body.error.code]).toEqual([401, 'totp_invalid']);
    expect((await login(person.email)).status).toBe(200);
  });

  it('cannot be confirmed before it has begun, nor begun or confirmed twice', async () => {
    const fresh = await newPerson(api, 'user');
    const person = await enrolled();
    const answers = [
      await post(fresh, 'confirm', { totp: '123456' }),
      await post(person, 'enrol'),
      await post(person, 'confirm', { totp: codeOf(person.secret) }),
    ];
    expect(answers.map(({ status, body }) => [status, body.error.code])).toEqual([
      [409, 'totp_not_begun'],
      [409, 'totp_already_enabled'],
      [409, 'totp_already_enabled'],
    ]);
  });
});

describe('at sign-in', () => {
  it('a code works once, and so does each of parallel uses of it together', async () => {
    const { email, secret } = await enrolled();
    const code = codeOf(secret);
    const answers = await Promise.all([1, 2, 3, 4].map(() => login(email, code)));
    const outcomes = answers.map(({ status, body }) => body.error?.code ?? status).sort();
    expect(outcomes).toEqual([200, 'totp_invalid', 'totp_invalid', 'totp_invalid']);
    expect((await login(email, code)).body.error.code).toBe('totp_invalid');
  });

  it('a code older than the last accepted one is refused though its time is not over', async () => {
    const { email, secret } = await enrolled();
    expect((await login(email, codeOf(secret, 1))).status).toBe(200);
    expect((await login(email, codeOf(secret))).body.error.code).toBe('totp_invalid');
  });

  it.each([
    ['a code of another secret', async () => codeOf(new Secret().base32)],
    ['a code of ten minutes ago', async (secret: string) => codeOf(secret, -20)],
    ['letters', async () => 'abcdef'],
    ['SQL', async () => `' or 1=1 --`],
  ])('%s is refused', async (_, code) => {
    const { email, secret } = await enrolled();
    const { status, body } = await login(email, await code(secret));
    expect([status, body.error.code]).toEqual([401, 'totp_invalid']);
  });

  it('a recovery code works once, with and without its hyphen, and is on record', async () => {
    const { email, id, recovery } = await enrolled();
    const [first = '', second = ''] = recovery;
    expect((await login(email, first)).status).toBe(200);
    expect((await login(email, first)).body.error.code).toBe('totp_invalid');
    expect((await login(email, second.replace('-', ' '))).status).toBe(200);
    const audit = await api.call('GET', `/api/isp/audit-log?action=user.recovery_code_used&entity_id=${id}`);
    expect(audit.body.items).toHaveLength(2);
  });

  it('the code is asked for only after the right password', async () => {
    const { email } = await enrolled();
    const body = { email, password: 'wrong', totp: '123456' };
    const answer = await api.call('POST', '/api/auth/login', { as: 'nobody', body });
    expect(answer.body.error.code).toBe('invalid_credentials');
  });

  it('wrong codes lock the second factor, a code from elsewhere or the right one too', async () => {
    const { email, id, secret } = await enrolled();
    for (let n = 0; n < 10; n += 1) await login(email, 'abcdef');
    const { status, body, headers } = await login(email, codeOf(secret));
    expect([status, body.error.code]).toEqual([429, 'locked_out']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(800);
    const audit = await api.call('GET', `/api/isp/audit-log?action=user.locked_out&entity_id=${id}`);
    const from = audit.body.items.map((one: { after: { from: string } }) => one.after.from);
    expect(from).toContain('everywhere');
  });
});

describe('removal', () => {
  it('takes a code, removes the recovery codes and is on record', async () => {
    const person = await enrolled();
    expect((await post(person, 'disable', { totp: 'abcdef' })).body.error.code).toBe('totp_invalid');
    expect((await post(person, 'disable', { totp: codeOf(person.secret) })).status).toBe(204);
    expect((await login(person.email)).status).toBe(200);
    expect(await api.db.query('select 1 from recovery_codes where user_id = $1', [person.id])).toEqual([]);
    expect((await post(person, 'disable', { totp: '123456' })).body.error.code).toBe('totp_not_enabled');
  });

  it('an administrator removes it for somebody who has lost it', async () => {
    const person = await enrolled();
    const remove = () => api.call('DELETE', `/api/isp/users/${person.id}/totp`);
    expect((await remove()).status).toBe(204);
    expect((await login(person.email)).status).toBe(200);
    expect((await remove()).body.error.code).toBe('totp_not_enabled');
    expect((await api.call('DELETE', '/api/isp/users/999/totp')).status).toBe(404);
  });
});

it.each(['enrol', 'confirm', 'disable'])('%s is 401 for nobody and 403 for an API token', async (path) => {
  const body = path === 'enrol' ? {} : { body: { totp: '123456' } };
  const nobody = await api.call('POST', `/api/auth/totp/${path}`, { as: 'nobody', ...body });
  const script = await api.call('POST', `/api/auth/totp/${path}`, {
    as: { scopes: ['users.manage'] },
    ...body,
  });
  expect([nobody.status, script.status]).toEqual([401, 403]);
});

describe('when the setting demands it of administrators', () => {
  it('one without may only enrol, at once; with it everything is open; a user is not asked', async () => {
    const [ann, bob] = [await newPerson(api, 'admin'), await newPerson(api, 'user')];
    await demand(true);
    try {
      const users = () => api.call('GET', '/api/isp/users', { as: ann.caller });
      expect([(await users()).status, (await users()).body.error.code]).toEqual([
        403,
        'totp_enrolment_required',
      ]);
      const fresh = await signIn(api, ann.email);
      const me = await api.call('GET', '/api/auth/me', { as: fresh.caller });
      expect(me.body).toMatchObject({ totp_enrolment_required: true, permissions: [] });
      const change = { current_password: PASSWORD, new_password: 'another good one' };
      const password = await api.call('POST', '/api/auth/password', { as: ann.caller, body: change });
      expect(password.body.error.code).toBe('totp_enrolment_required');
      const { body } = await post(ann, 'enrol');
      await post(ann, 'confirm', { totp: codeOf(body.secret) });
      expect((await users()).status).toBe(200);
      expect((await api.call('GET', '/api/auth/me', { as: bob.caller })).body.totp_enrolment_required).toBe(
        false,
      );
    } finally {
      await demand(false);
    }
  });
});

async function demand(value: boolean): Promise<void> {
  const key = 'auth_totp_required_for_admins';
  await api.call('PATCH', '/api/isp/settings', { body: { [key]: value } });
}
