import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { signIn as signInService } from '../../src/platform/identity/sessions/sign-in.service.ts';
import { openTestApi, type TestApi } from './api.ts';
import { from } from './fixtures.ts';
import { identityOver } from './identity.ts';
import { addUser, PASSWORD } from './people.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

/** Signs in as a client of an address does; answers the status or the code. */
async function login(email: string, password: string, address = '192.0.2.1') {
  const request = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  };
  const response = await api.app.request('/api/auth/login', request, from(address));
  const body = (await response.json()) as { error?: { code: string } };
  return { outcome: body.error?.code ?? response.status, response };
}

async function fail(email: string, times: number, address?: string): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (let n = 0; n < times; n += 1) outcomes.push((await login(email, 'wrong', address)).outcome);
  return outcomes;
}

describe('after ten failures within a quarter of an hour', () => {
  it('the account is locked for that address, with Retry-After, also for the right password', async () => {
    const { email } = await addUser(api, 'admin');
    expect(await fail(email, 10)).toEqual(Array.from({ length: 10 }, () => 'invalid_credentials'));
    const { outcome, response } = await login(email, PASSWORD);
    expect([outcome, response.status]).toEqual(['locked_out', 429]);
    const waitS = Number(response.headers.get('retry-after'));
    expect(waitS).toBeGreaterThan(840);
    expect(waitS).toBeLessThanOrEqual(900);
  });

  it('neither another address nor another account is locked', async () => {
    const [ann, bob] = [await addUser(api, 'admin'), await addUser(api, 'admin')];
    await fail(ann.email, 10, '192.0.2.2');
    expect((await login(ann.email, PASSWORD, '192.0.2.3')).outcome).toBe(200);
    expect((await login(bob.email, PASSWORD, '192.0.2.2')).outcome).toBe(200);
  });

  it('addresses of one IPv6 network count as one, and so does the e-mail address in any case', async () => {
    const { email } = await addUser(api, 'admin');
    await fail(email, 5, '2001:db8::1');
    await fail(email.toUpperCase(), 5, '2001:db8::2:3');
    expect((await login(email, PASSWORD, '2001:db8:0:0:ffff::9')).outcome).toBe('locked_out');
    expect((await login(email, PASSWORD, '2001:db8:0:1::1')).outcome).toBe(200);
  });

  it('an address nobody has is locked in the same way, so that the answer tells nothing', async () => {
    expect((await fail('nobody@isp.example', 11)).at(-1)).toBe('locked_out');
  });

  it('the lock ends with its time', async () => {
    const { email } = await addUser(api, 'admin');
    await fail(email, 10);
    await api.db.query(`update sign_in_failures set expire = 1 where key like '%' || $1::text || '%'`, [
      email,
    ]);
    expect((await login(email, PASSWORD)).outcome).toBe(200);
  });

  it('another host of the installation knows it too', async () => {
    const { email } = await addUser(api, 'admin');
    await fail(email, 10);
    const other = identityOver({ db: api.db, box: api.deps.box, clock: systemClock });
    const attempt = signInService(
      other,
      { email, password: PASSWORD },
      { address: '192.0.2.1', requestId: 'r' },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'locked_out' });
  });

  it('the audit log has it once, with whose account, from where and until when', async () => {
    const { id, email } = await addUser(api, 'admin');
    await fail(email, 14, '192.0.2.40');
    const { body } = await api.call('GET', `/api/isp/audit-log?action=user.locked_out&entity_id=${id}`);
    expect(body.items).toHaveLength(1);
    const [entry] = body.items;
    expect(entry).toMatchObject({
      actor: email,
      address: '192.0.2.40',
      after: { from: '192.0.2.40', failures: 10 },
    });
    const waitMs = Date.parse(entry.after.until) - Date.parse(entry.at);
    expect(waitMs / 60_000).toBeGreaterThan(14);
    expect(waitMs / 60_000).toBeLessThanOrEqual(15);
  });

  it('the audit log has a lock-out of an address nobody has, as of nobody known', async () => {
    await fail('ghost@isp.example', 12);
    const { body } = await api.call('GET', '/api/isp/audit-log?action=user.locked_out&entity_id=unknown');
    expect(body.items.filter((one: { actor: string }) => one.actor === 'ghost@isp.example')).toHaveLength(1);
  });

  it('a burst of guesses gets no more of them than guesses one by one', async () => {
    const { email } = await addUser(api, 'admin');
    const answers = await Promise.all(Array.from({ length: 40 }, () => login(email, 'wrong', '192.0.2.7')));
    const outcomes = answers.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'invalid_credentials')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'locked_out')).toHaveLength(30);
  });
});

it('300 failures from one address lock all accounts for it, and the audit log has that once', async () => {
  const address = '192.0.2.80';
  for (let n = 0; n < 30; n += 1) await fail(`somebody-${n}@isp.example`, 10, address);
  const { email } = await addUser(api, 'admin');
  expect((await login(email, PASSWORD, address)).outcome).toBe('locked_out');
  await fail(email, 3, address);
  const { body } = await api.call('GET', `/api/isp/audit-log?action=address.locked_out&entity_id=${address}`);
  expect(body.items).toMatchObject([{ entity: 'address', after: { failures: 300 } }]);
});

it('success forgets the failures before it', async () => {
  const { email } = await addUser(api, 'admin');
  for (let round = 0; round < 3; round += 1) {
    await fail(email, 9);
    expect((await login(email, PASSWORD)).outcome).toBe(200);
  }
});

it('300 sign-ins with the right password, many at once, are all let in', async () => {
  const { email } = await addUser(api, 'admin');
  const outcomes: unknown[] = [];
  for (let round = 0; round < 10; round += 1) {
    const answers = await Promise.all(Array.from({ length: 30 }, () => login(email, PASSWORD, '127.0.0.1')));
    outcomes.push(...answers.map(({ outcome }) => outcome));
  }
  expect(outcomes.filter((outcome) => outcome === 200)).toHaveLength(300);
});

it('an unknown e-mail address costs as much hashing as a known one', async () => {
  const hashed: (string | undefined)[] = [];
  const deps = identityOver({ db: api.db, box: api.deps.box, clock: systemClock });
  const hasher = {
    ...deps.hasher,
    verify: (password: string, hash: string | undefined) => {
      hashed.push(hash);
      return deps.hasher.verify(password, hash);
    },
  };
  const { email } = await addUser(api, 'admin');
  for (const one of [email, 'nobody-else@isp.example']) {
    const attempt = signInService(
      { ...deps, hasher },
      { email: one, password: 'wrong' },
      { address: '192.0.2.9', requestId: 'r' },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'invalid_credentials' });
  }
  expect(hashed).toEqual([expect.stringMatching(/^\$2/), undefined]);
});
