import { sign } from 'hono/jwt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jwtAccessTokens } from '../../src/http/access-tokens.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { manualClock } from '../support/manual-clock.ts';
import { openTestApi, type TestApi } from './api.ts';
import { newPerson, type Person } from './people.ts';

let api: TestApi;
let ann: Person;

beforeAll(async () => {
  api = await openTestApi();
  ann = await newPerson(api, 'admin');
});
afterAll(() => api.close());

const key = () => api.deps.box.deriveKey('access tokens').toString('base64url');
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
const signed = (changes: object, secret = key(), alg: 'HS256' | 'HS384' = 'HS256') =>
  sign({ ...claimsOf(ann.caller.bearer), ...changes }, secret, alg);
const unsigned = (header: object) => `${part(header)}.${part(claimsOf(ann.caller.bearer))}.`;
const own = () => ann.caller.bearer.split('.');

const forgeries: readonly (readonly [string, () => string | Promise<string>])[] = [
  ['alg none', () => unsigned({ alg: 'none', typ: 'JWT' })],
  ['alg None', () => unsigned({ alg: 'None', typ: 'JWT' })],
  ['alg none over a good signature', () => [part({ alg: 'none', typ: 'JWT' }), ...own().slice(1)].join('.')],
  ['no alg', () => unsigned({ typ: 'JWT' })],
  ['another algorithm with the right key', () => signed({}, key(), 'HS384')],
  ['another key', () => signed({}, 'another key')],
  ['an empty key', () => signed({}, ' ')],
  ['the key of another installation', () => otherInstallation()],
  ['another user under the old signature', () => [own()[0], part(forged({ sub: '2' })), own()[2]].join('.')],
  ['a signature cut short', () => ann.caller.bearer.slice(0, -4)],
  ['no signature', () => own().slice(0, 2).join('.')],
  ['a fourth part', () => `${ann.caller.bearer}.x`],
  ['a payload that is no object', () => `${own()[0]}.${part(null)}.${own()[2]}`],
  ['no end', () => signed({ exp: undefined })],
  ['an end in words', () => signed({ exp: 'never' })],
  ['no session', () => signed({ sid: undefined })],
  ['a session in SQL', () => signed({ sid: '1 or 1=1' })],
  ['a session nobody has', () => signed({ sid: '999999' })],
  ['a session of somebody else', () => signed({ sub: '999999' })],
  ['another issuer', () => signed({ iss: 'elsewhere' })],
  ['nonsense', () => 'nonsense'],
  ['a script token nobody made', () => 'nft_nonsense'],
  ['a refresh token', () => ann.refreshToken],
];

it('a token that was good before ends with its time all the same', async () => {
  const clock = manualClock('2026-11-25T10:00:00Z');
  const tokens = jwtAccessTokens(api.deps.box, clock);
  const token = await tokens.issue({ userId: '1', sessionId: '2' });
  for (let n = 0; n < 2; n += 1) {
    expect(await tokens.read(token)).toEqual({ userId: '1', sessionId: '2' });
  }
  clock.advance(3_600_000);
  await expect(tokens.read(token)).rejects.toMatchObject({ code: 'token_expired' });
  await expect(tokens.read(`${token.slice(0, -1)}~`)).rejects.toMatchObject({ code: 'token_invalid' });
});

describe('a forged token is refused with 401 token_invalid', () => {
  it.each(forgeries)('%s', async (_, forge) => {
    const { status, body } = await api.call('GET', '/api/auth/me', { as: { bearer: await forge() } });
    expect([status, body.error.code]).toEqual([401, 'token_invalid']);
  });
});

it('the same claims with the right key are good, so that the forgeries fail for what is wrong with them', async () => {
  const { status } = await api.call('GET', '/api/auth/me', { as: { bearer: await signed({}) } });
  expect(status).toBe(200);
});

it('an expired token is told apart: 401 token_expired', async () => {
  const bearer = await signed({ exp: Math.floor(Date.now() / 1000) - 1 });
  const { status, body } = await api.call('GET', '/api/auth/me', { as: { bearer } });
  expect([status, body.error.code]).toEqual([401, 'token_expired']);
});

it('a token is good for exactly a quarter of an hour, by the clock it was given', async () => {
  const clock = manualClock('2026-11-25T09:00:00Z');
  const tokens = jwtAccessTokens(api.deps.box, clock);
  const token = await tokens.issue({ userId: '1', sessionId: '2' });
  clock.advance(15 * 60_000 - 1);
  expect(await tokens.read(token)).toEqual({ userId: '1', sessionId: '2' });
  clock.advance(1);
  await expect(tokens.read(token)).rejects.toMatchObject({ code: 'token_expired' });
});

it('the business clock has no say in who is signed in', async () => {
  api.clock.advance(400 * 86_400_000);
  expect((await api.call('GET', '/api/auth/me', { as: ann.caller })).status).toBe(200);
});

it.each([
  ['Basic YTpi', 'token_invalid'],
  ['Bearer', 'token_invalid'],
  ['Bearer a b', 'token_invalid'],
])('the header %s is refused', async (Authorization, code) => {
  const answer = await api.call('GET', '/api/auth/me', { as: 'nobody', headers: { Authorization } });
  expect([answer.status, answer.body.error.code]).toEqual([401, code]);
});

function forged(changes: object): object {
  return { ...claimsOf(ann.caller.bearer), ...changes };
}

function otherInstallation(): Promise<string> {
  const other = jwtAccessTokens(new SecretBox(Buffer.alloc(32, 8)), systemClock);
  const { sub, sid } = claimsOf(ann.caller.bearer);
  return other.issue({ userId: String(sub), sessionId: String(sid) });
}
