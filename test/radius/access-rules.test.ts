import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { SYSTEM_ACTOR } from '../../src/platform/identity/actor.ts';
import { changeSetting } from '../../src/platform/settings/setting.service.ts';
import { suspendService } from '../../src/subscribers/services/lifecycle.service.ts';
import { testActor } from '../support/actor.ts';
import { type Login, type Reply, TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, type RadiusSite, type RunningRadius } from '../support/radius-server.ts';

const phone = 'AA:BB:CC:00:00:01';
const laptop = 'AA:BB:CC:00:00:02';

let site: RadiusSite;
let server: RunningRadius;
let router: TestRouter;
/** Moves the server's wall clock; what really passes is real. */
let shiftMs = 0;

beforeAll(async () => {
  site = await openRadiusSite();
  await site.plan();
  await site.plan({ code: 'capped', name: 'Capped', dataLimitGb: '1', limitAction: 'block' });
  await site.plan({ code: 'fup', name: 'Fair', dataLimitGb: '1', limitAction: 'throttle' });
  await site.plan({
    code: 'custom',
    name: 'Custom',
    radiusAttributes: [
      { name: 'Mikrotik-Group', value: 'gold' },
      { name: 'Reply-Message', value: 'welcome' },
    ],
  });
  await site.nas('edge-1', '127.0.0.1');
  await changeSetting(site.db, { key: 'radius_reject_delay_ms', value: 0, actor: SYSTEM_ACTOR });
  server = await site.start({ clock: { ...systemClock, nowMs: () => systemClock.nowMs() + shiftMs } });
  router = await TestRouter.open();
});

afterAll(async () => {
  router.close();
  await site.close();
});

/** A login from the phone, unless the test says from where. */
function login(request: Login): Promise<Reply> {
  return router.login(server, { mac: phone, ...request });
}

/** Adds a service and waits until it can log in. */
async function service(username: string, parts: Parameters<RadiusSite['service']>[1] = {}): Promise<string> {
  const id = await site.service(username, parts);
  await until({ username }, isAccept);
  return id;
}

/** Logs in again and again until the answer is as wanted. */
async function until(request: Login, isWanted: (reply: Reply) => boolean): Promise<void> {
  await vi.waitFor(async () => expect(isWanted(await login(request))).toBe(true), {
    timeout: 5_000,
    interval: 2,
  });
}

const isAccept = (reply: Reply): boolean => reply.name === 'Access-Accept';
const isReject = (reply: Reply): boolean => reply.name === 'Access-Reject';

describe('a service that is not entitled', () => {
  it('is walled where the installation says so: address list, short session, no speed of its own', async () => {
    await service('walled');
    await suspendService(site.deps, { username: 'walled', actor: testActor });
    await until({ username: 'walled' }, isReject);
    await changeSetting(site.db, { key: 'radius_on_suspended', value: 'walled', actor: SYSTEM_ACTOR });
    await until({ username: 'walled' }, isAccept);
    const reply = await login({ username: 'walled' });
    expect(reply.values).toMatchObject({ 'Mikrotik-Address-List': 'suspended', 'Session-Timeout': '300' });
    expect((await login({ username: 'walled', password: 'wrong' })).name).toBe('Access-Reject');
    await changeSetting(site.db, { key: 'radius_on_suspended', value: 'reject', actor: SYSTEM_ACTOR });
    await until({ username: 'walled' }, isReject);
  });

  it('expires at the instant, and until then the session lasts no longer than it', async () => {
    const id = await service('prepaid');
    const expiresAt = new Date(systemClock.nowMs() + 3_600_000);
    await site.db.query(`update isp_services set expires_at = $1::timestamptz where id = $2::bigint`, [
      expiresAt,
      id,
    ]);
    await until({ username: 'prepaid' }, (reply) => Number(reply.values['Session-Timeout']) > 3_500);
    shiftMs = expiresAt.getTime() - systemClock.nowMs() - 400;
    expect((await login({ username: 'prepaid' })).values['Session-Timeout']).toBe('1');
    shiftMs += 450;
    const over = await login({ username: 'prepaid' });
    expect([over.name, over.values['Reply-Message']]).toEqual([
      'Access-Reject',
      'Your service has expired. Please renew it.',
    ]);
    shiftMs = 0;
  });

  it('is refused from the octet on that uses up a blocking allowance', async () => {
    await service('capped', { planCode: 'capped' });
    const session = { username: 'capped', session: '8100c001', mac: phone };
    await router.account(server, { status: 'Start', ...session });
    await router.account(server, {
      status: 'Interim-Update',
      ...session,
      timeS: 10,
      up: 0,
      down: 999_999_999,
    });
    expect((await login({ username: 'capped' })).name).toBe('Access-Accept');
    await router.account(server, { status: 'Stop', ...session, timeS: 20, up: 1, down: 999_999_999 });
    const reply = await login({ username: 'capped', mac: phone });
    expect([reply.name, reply.values['Reply-Message']]).toEqual([
      'Access-Reject',
      'Your data allowance is used up.',
    ]);
  });

  it('is let in throttled once a fair-use allowance is used up', async () => {
    await site.db.query(
      `update isp_packages set fup = '[{"from_percent": 100, "rate_limit": "512k/512k"}]'::jsonb where code = 'fup'`,
    );
    await service('fair', { planCode: 'fup' });
    await until({ username: 'fair' }, (reply) => reply.values['Mikrotik-Rate-Limit'] === '5M/20M');
    await router.account(server, {
      status: 'Stop',
      username: 'fair',
      session: '8100c002',
      timeS: 20,
      up: 5,
      down: 1e9,
    });
    expect((await login({ username: 'fair' })).values['Mikrotik-Rate-Limit']).toBe('512k/512k');
  });
});

describe('a MAC address', () => {
  it('locks a service to itself', async () => {
    await service('locked', { mac: phone });
    expect((await login({ username: 'locked', mac: phone.toLowerCase().replaceAll(':', '-') })).name).toBe(
      'Access-Accept',
    );
    const other = await login({ username: 'locked', mac: laptop });
    expect(other.values['Reply-Message']).toBe('This device may not use your service.');
    expect((await router.login(server, { username: 'locked' })).name).toBe('Access-Reject');
  });

  it('that logs in first is bound, at once and for good', async () => {
    await site.service('bound', { macBind: true });
    await until({ username: 'bound', password: 'wrong', mac: laptop }, isReject);
    await until({ username: 'bound', mac: phone }, isAccept);
    expect((await login({ username: 'bound', mac: laptop })).name).toBe('Access-Reject');
    await vi.waitFor(async () =>
      expect(await site.db.query(`select mac_address from isp_services where username = 'bound'`)).toEqual([
        { mac_address: phone },
      ]),
    );
  });
});

describe('the session limit', () => {
  const start = (username: string, mac: string, session: string) =>
    router.account(server, { status: 'Start', username, mac, session });

  it('refuses a second place while the first is online, and lets the first dial again', async () => {
    await service('single');
    await start('single', phone, '81001001');
    const second = await login({ username: 'single', mac: laptop });
    expect(second.values['Reply-Message']).toBe('You are already logged in.');
    expect((await login({ username: 'single' })).name).toBe('Access-Accept');
  });

  it('lets another place in as soon as the Stop is counted', async () => {
    await service('moving');
    await start('moving', phone, '81001002');
    await router.account(server, {
      status: 'Stop',
      username: 'moving',
      mac: phone,
      session: '81001002',
      timeS: 5,
    });
    expect((await login({ username: 'moving', mac: laptop })).name).toBe('Access-Accept');
  });

  it('counts a login that has been let in before its Start arrives', async () => {
    await site.service('racing');
    await until({ username: 'racing', mac: phone }, isAccept);
    expect((await login({ username: 'racing', mac: laptop })).name).toBe('Access-Reject');
  });

  it('after a power cut forgets sessions silent for three intervals', async () => {
    await service('dark');
    await start('dark', phone, '81001003');
    shiftMs = (3 * 300 + 50) * 1000;
    expect((await login({ username: 'dark', mac: laptop })).name).toBe('Access-Reject');
    shiftMs = (3 * 300 + 62) * 1000;
    expect((await login({ username: 'dark', mac: laptop })).name).toBe('Access-Accept');
    shiftMs = 0;
  });

  it('does not take a session for silent whose plan lets it report seldom', async () => {
    await site.plan({ code: 'seldom', name: 'Seldom', interimIntervalS: 1_800 });
    await service('slow', { planCode: 'seldom' });
    await start('slow', phone, '81001007');
    shiftMs = (3 * 300 + 62) * 1000;
    expect((await login({ username: 'slow', mac: laptop })).name).toBe('Access-Reject');
    shiftMs = 0;
    expect(await site.db.query(`select interim_interval_s from sessions where username = 'slow'`)).toEqual([
      { interim_interval_s: 1_800 },
    ]);
  });

  it('a new session of the same place closes the old one', async () => {
    await service('redial');
    await start('redial', phone, '81001004');
    await start('redial', phone, '81001005');
    const rows = await site.db.query(
      `select acct_session_id as id, close_cause as cause from sessions where username = 'redial' order by 1`,
    );
    expect(rows).toEqual([
      { id: '81001004', cause: 'replaced' },
      { id: '81001005', cause: null },
    ]);
  });

  it('zero is no limit', async () => {
    await service('family', { sessionLimit: 0 });
    await start('family', phone, '81001006');
    expect((await login({ username: 'family', mac: laptop })).name).toBe('Access-Accept');
  });
});

describe('what else a reply carries', () => {
  it('the custom attributes of a plan', async () => {
    await service('gold', { planCode: 'custom' });
    const reply = await login({ username: 'gold' });
    expect(reply.values).toMatchObject({ 'Mikrotik-Group': 'gold', 'Reply-Message': 'welcome' });
  });

  it("the service's own address", async () => {
    await service('fixed', { framedIp: '100.64.0.9' });
    expect((await login({ username: 'fixed' })).values['Framed-IP-Address']).toBe('100.64.0.9');
  });
});
