import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import {
  type ConnectionReport,
  testConnection,
} from '../../src/network/connection/test-connection.service.ts';
import type { RouterAccess, RouterPort } from '../../src/network/router.port.ts';
import type { ExpectedRouter } from '../../src/network/routeros/connection-check.ts';
import { encodeLength } from '../../src/network/routeros/sentence.ts';
import type { RouterOptions } from '../../src/simulator/router-options.ts';
import type { ApiFaults } from '../../src/simulator/routeros/api-faults.ts';
import { openTestDriver, openTestRouterOs, type TestRouterOs } from '../support/routeros-router.ts';

const SECRET = 'the-shared-secret-of-this-nas';
const expected: ExpectedRouter = {
  serverAddresses: ['192.0.2.1'],
  authPort: 1812,
  acctPort: 1813,
  coaPort: 3799,
  secret: SECRET,
};
const radiusEntry = { service: 'ppp,hotspot', address: '127.0.0.1', secret: SECRET };
let target: TestRouterOs;
let driver: RouterPort;

beforeEach(() => {
  driver = openTestDriver();
});

afterEach(async () => {
  await driver.close();
  await target.close();
});

async function open(
  options: Partial<RouterOptions> & { isTls?: boolean } = {},
  radius: Record<string, string> = radiusEntry,
): Promise<void> {
  target = await openTestRouterOs(options);
  target.router.config.menu('/radius').add(radius);
}

const test = (change: Partial<RouterAccess> = {}): Promise<ConnectionReport> =>
  testConnection({ router: driver, clock: systemClock }, { ...target.access, ...change }, expected);

const states = (report: ConnectionReport) =>
  Object.fromEntries(report.checks.map(({ check, state }) => [check, state]));

const finding = (report: ConnectionReport, check: string) => report.checks.find((one) => one.check === check);

describe('a router that is set up right', () => {
  it('passes every check, over TLS without a warning', async () => {
    await open({ isTls: true });
    const report = await test();
    expect(new Set(Object.values(states(report)))).toEqual(new Set(['ok']));
    expect(report).toMatchObject({
      isOk: true,
      identity: 'tower-1',
      version: '7.18.2 (stable)',
      boardName: 'CCR2004-1G-12S+2XS',
      fingerprint: target.api.certificate?.fingerprint,
    });
    expect(report.checks.map(({ check }) => check)).toEqual([
      ...['resolve', 'tcp', 'tls', 'login', 'identity', 'version', 'board', 'permissions'],
      ...['radius', 'ppp_aaa', 'radius_incoming', 'clock'],
    ]);
  });

  it('is warned about over the plain API, and how to turn TLS on', async () => {
    await open();
    const report = await test();
    expect(report.isOk).toBe(true);
    expect(finding(report, 'tls')).toMatchObject({
      state: 'warning',
      fix: expect.stringContaining('api-ssl'),
    });
  });

  it('is not changed by the test', async () => {
    await open();
    await test();
    expect(target.api.commands.filter((path) => /\/(add|remove|enable|disable)$/.test(path))).toEqual([]);
    expect(target.router.config.menu('/ppp/secret').rows()).toEqual([]);
    expect(target.api.connections).toBeLessThanOrEqual(1);
  });
});

describe('what is wrong is found, with the line that mends it', () => {
  it.each<[string, string, (router: TestRouterOs) => void, string]>([
    [
      'no RADIUS entry for us',
      'radius',
      ({ router }) => router.config.menu('/radius').set('*1', { address: '198.51.100.1' }),
      '/radius add service=ppp,hotspot,dhcp address=127.0.0.1 secret="SECRET-OF-THIS-NAS" authentication-port=1812 accounting-port=1813 timeout=3s comment="netflow-isp"',
    ],
    [
      'the RADIUS entry is disabled',
      'radius',
      ({ router }) => router.config.menu('/radius').set('*1', { disabled: 'yes' }),
      '/radius set [find address=127.0.0.1] disabled=no',
    ],
    [
      'logins go to another port and PPP is not served',
      'radius',
      ({ router }) =>
        router.config.menu('/radius').set('*1', { service: 'login', 'authentication-port': '1645' }),
      '/radius set [find address=127.0.0.1] service=ppp,hotspot,dhcp authentication-port=1812',
    ],
    [
      'the secret is another, where it is shown',
      'radius',
      ({ router }) => {
        router.config.menu('/radius').set('*1', { secret: 'other' });
        const groups = router.config.menu('/user/group');
        groups.set(groups.find({ name: 'isp-billing' })?.['.id'], {
          policy: 'api,read,write,test,sensitive',
        });
      },
      '/radius set [find address=127.0.0.1] secret="SECRET-OF-THIS-NAS"',
    ],
    [
      'PPP does not ask RADIUS',
      'ppp_aaa',
      ({ router }) => router.config.menu('/ppp/aaa').set(undefined, { 'use-radius': 'no' }),
      '/ppp aaa set use-radius=yes accounting=yes interim-update=5m',
    ],
    [
      'PPP does not report',
      'ppp_aaa',
      ({ router }) => router.config.menu('/ppp/aaa').set(undefined, { accounting: 'no' }),
      '/ppp aaa set use-radius=yes accounting=yes interim-update=5m',
    ],
    [
      'CoA is not accepted',
      'radius_incoming',
      ({ router }) => router.config.menu('/radius/incoming').set(undefined, { accept: 'no' }),
      '/radius incoming set accept=yes port=3799',
    ],
    [
      'CoA is expected on another port',
      'radius_incoming',
      ({ router }) => router.config.menu('/radius/incoming').set(undefined, { port: '1700' }),
      '/radius incoming set accept=yes port=3799',
    ],
    [
      'the API user may not write',
      'permissions',
      ({ router }) => {
        const groups = router.config.menu('/user/group');
        groups.set(groups.find({ name: 'isp-billing' })?.['.id'], { policy: 'api,read,test' });
      },
      '/user group set [/user get [find name="isp-billing"] group] policy=api,read,write,test',
    ],
  ])('%s', async (_, check, spoil, fix) => {
    await open();
    spoil(target);
    const report = await test();
    expect(report.isOk).toBe(false);
    expect(finding(report, check)).toMatchObject({ state: 'failed', fix });
    expect(JSON.stringify(report)).not.toContain(SECRET);
  });

  it.each<[string, string, (router: TestRouterOs) => void]>([
    [
      'a short RADIUS timeout',
      'radius',
      ({ router }) => router.config.menu('/radius').set('*1', { timeout: '300ms' }),
    ],
    [
      'no interim updates',
      'ppp_aaa',
      ({ router }) => router.config.menu('/ppp/aaa').set(undefined, { 'interim-update': '0s' }),
    ],
  ])('%s is a warning', async (_, check, spoil) => {
    await open();
    spoil(target);
    const report = await test();
    expect(report.isOk).toBe(true);
    expect(finding(report, check)).toMatchObject({ state: 'warning', fix: expect.any(String) });
  });

  it('a clock that is an hour ahead is a warning', async () => {
    await open({ clockSkewS: 3_600 });
    const clock = finding(await test(), 'clock');
    expect(clock).toMatchObject({ state: 'warning', fix: expect.stringContaining('ntp') });
    expect(clock?.detail).toMatch(/36\d\d s ahead|3599 s ahead/);
  });

  it.each([
    ['the password is wrong', { password: 'wrong' }, 'login'],
    ['the name is unknown', { host: 'router.invalid' }, 'resolve'],
    ['TLS is spoken to the plain API', { isTls: true }, 'tls'],
  ])('when %s, the check is named and the later ones are not reached', async (_, change, check) => {
    await open();
    const report = await test(change);
    expect(report.isOk).toBe(false);
    expect(states(report)).toMatchObject({ [check]: 'failed', radius: 'skipped', clock: 'skipped' });
  });

  it('when nothing listens, the check is tcp', async () => {
    await open();
    await target.api.stop();
    expect(states(await test())).toMatchObject({ resolve: 'ok', tcp: 'failed', login: 'skipped' });
  });

  it('when another certificate is shown than the pinned one, the check is tls', async () => {
    await open({ isTls: true });
    const report = await test({ fingerprint: `${'AB:'.repeat(31)}AB` });
    expect(finding(report, 'tls')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('not sent'),
    });
  });

  it('when the user may not read, it is the permissions that failed', async () => {
    await open();
    const groups = target.router.config.menu('/user/group');
    groups.set(groups.find({ name: 'isp-billing' })?.['.id'], { policy: 'api' });
    expect(finding(await test(), 'permissions')).toMatchObject({ state: 'failed', fix: expect.any(String) });
  });

  it('a RouterOS from before 6.43 is logged in to by its challenge, and warned about', async () => {
    await open();
    target.api.faults.isOldLogin = true;
    Object.assign(target.api.board, { version: '6.42.12 (long-term)' });
    const report = await test();
    expect(finding(report, 'login')).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('challenge'),
    });
    expect(finding(report, 'version')).toMatchObject({
      state: 'warning',
      fix: expect.stringContaining('/system package update'),
    });
  });

  it('what speaks the API and is no RouterOS is of another make', async () => {
    await open();
    Object.assign(target.api.board, { version: 'OpenWrt' });
    const report = await test();
    expect(report.isOk).toBe(false);
    expect(finding(report, 'version')?.detail).toContain('another make');
  });

  it.each<[string, string, Partial<ApiFaults>, string]>([
    ['a router of another make', 'login', { babbles: Buffer.from('SSH-2.0-dropbear\r\n') }, 'another make'],
    [
      'a word of 10 MB',
      'login',
      { babbles: encodeLength(10 * 1024 * 1024) },
      'does not speak the RouterOS API',
    ],
    ['a router that is silent after the login', 'identity', { isSilent: true }, 'did not answer'],
    ['one that hangs up', 'login', { refusesSessions: true }, 'hung up during the login'],
    ['one that ends the session', 'login', { fatal: 'shutting down' }, 'ended the session: shutting down'],
  ])(
    '%s is told as the failure of the check',
    async (_, check, faults, words) => {
      await open();
      Object.assign(target.api.faults, faults);
      const report = await test();
      expect(report.isOk).toBe(false);
      expect(finding(report, check)).toMatchObject({
        state: 'failed',
        detail: expect.stringContaining(words),
      });
      expect(finding(report, 'clock')?.state).toBe('skipped');
    },
    30_000,
  );

  it('a refused connection and a refused login come with the line to type, apart from the words', async () => {
    await open();
    const login = finding(await test({ password: 'wrong' }), 'login');
    expect(login?.fix).toBe(
      '/user set [find name="isp-billing"] password="THE-PASSWORD-HERE" address=ADDRESS-OF-THIS-SERVER/32',
    );
    expect(login?.detail).not.toContain('/user');
    await target.api.stop();
    expect(finding(await test(), 'tcp')?.fix).toBe('/ip service enable api');
  });
});
