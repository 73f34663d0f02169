import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { SYSTEM_ACTOR } from '../../src/platform/identity/actor.ts';
import { changeSetting } from '../../src/platform/settings/setting.service.ts';
import { readAuthLog } from '../../src/radius/auth/auth-log-report.store.ts';
import { decodeTrail } from '../../src/radius/policy/trail.ts';
import { TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, type RadiusSite, type RunningRadius } from '../support/radius-server.ts';

let site: RadiusSite;
let server: RunningRadius;
let router: TestRouter;

beforeAll(async () => {
  site = await openRadiusSite();
  await site.plan();
  await site.nas('edge-1', '127.0.0.1');
  await site.service('alice', { mac: 'AA:BB:CC:00:00:01' });
  server = await site.start();
  router = await TestRouter.open();
});

afterAll(async () => {
  router.close();
  await site.close();
});

const linesOf = (username: string) =>
  readAuthLog(site.db, {
    from: new Date(Date.now() - 3_600_000),
    to: new Date(Date.now() + 60_000),
    username,
    limit: 50,
  });

/** The failed and passed checks of a kept trail. */
function checksOf(trail: number, result: string): string[] {
  return decodeTrail(trail)
    .filter((step) => step.result === result)
    .map((step) => step.check);
}

it('every login is kept with its reason and the trail of checks', async () => {
  await router.login(server, { username: 'alice', mac: 'AA:BB:CC:00:00:01', method: 'chap' });
  await router.login(server, { username: 'alice', mac: 'AA:BB:CC:00:00:02' });
  await router.login(server, { username: 'alice', password: 'wrong', method: 'mschap2' });
  await vi.waitFor(async () => expect(await linesOf('alice')).toHaveLength(3), { timeout: 10_000 });
  const [accepted, elsewhere, wrong] = await linesOf('alice');
  expect(accepted).toMatchObject({
    outcome: 'accept',
    reason: undefined,
    method: 'chap',
    nasName: 'edge-1',
    callingStation: 'AA:BB:CC:00:00:01',
    source: '127.0.0.1',
    count: 1,
  });
  expect(accepted?.serviceId).toBeDefined();
  expect(checksOf(accepted?.trail ?? 0, 'failed')).toEqual([]);
  expect(elsewhere).toMatchObject({ outcome: 'reject', reason: 'mac_mismatch', method: 'pap' });
  expect(checksOf(elsewhere?.trail ?? 0, 'failed')).toEqual(['mac_lock']);
  expect(checksOf(elsewhere?.trail ?? 0, 'passed')).toContain('password');
  expect(wrong).toMatchObject({ outcome: 'reject', reason: 'wrong_password', method: 'mschap2' });
  expect(checksOf(wrong?.trail ?? 0, 'failed')).toEqual(['password']);
});

it.each([
  ['tab\tand\nline'],
  ['back\\slash \\N \\.'],
  ['nul\0end'],
  ['"quotes", {braces}'],
  ['ünï ☎'],
  ['\\'],
])('the user name %j is kept and spoils no other line', async (username) => {
  await router.login(server, { username, mac: username });
  const kept = username.replaceAll('\0', '\ufffd');
  await vi.waitFor(async () => expect(await linesOf(kept)).toHaveLength(1), { timeout: 10_000 });
  expect((await linesOf(kept))[0]).toMatchObject({
    username: kept,
    callingStation: kept,
    reason: 'unknown_user',
  });
});

it('accepted logins are left out where the installation says so', async () => {
  await changeSetting(site.db, { key: 'radius_auth_log', value: 'rejects', actor: SYSTEM_ACTOR });
  await site.service('bob');
  await vi.waitFor(async () =>
    expect((await router.login(server, { username: 'bob' })).name).toBe('Access-Accept'),
  );
  await router.login(server, { username: 'bob', password: 'wrong' });
  await vi.waitFor(
    async () => expect((await linesOf('bob')).some(({ reason }) => reason === 'wrong_password')).toBe(true),
    { timeout: 10_000 },
  );
  expect((await linesOf('bob')).filter(({ outcome }) => outcome === 'accept')).toEqual([]);
});
