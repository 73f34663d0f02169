import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RouterPort } from '../../src/network/router.port.ts';
import { subscriber } from '../../src/simulator/subscriber.ts';
import { timeBase } from '../../src/simulator/time-base.ts';
import { TinyServer } from '../radius/tiny-server.ts';
import {
  failureOf,
  openTestDriver,
  openTestRouterOs,
  type TestRouterOs,
} from '../support/routeros-router.ts';

const SECRET = 'router-secret-long-enough';
let server: TinyServer;
let target: TestRouterOs;
let driver: RouterPort;

beforeEach(async () => {
  server = await new TinyServer(SECRET).open();
  server.accept = [{ name: 'Mikrotik-Rate-Limit', value: '5M/20M' }];
  target = await openTestRouterOs({
    server: { host: '127.0.0.1', authPort: server.authPort, acctPort: server.acctPort },
    time: timeBase(60),
  });
  driver = openTestDriver();
});

afterEach(async () => {
  await driver.close();
  await target.close();
  server.close();
});

const print = async (path: string, queries: string[] = []) =>
  (await driver.run(target.access, { path: `${path}/print`, queries })).rows;

async function dial(username = 'ann') {
  const result = await target.router.dial(subscriber({ username, password: 'secret' }));
  if (result.outcome !== 'up') throw new Error(JSON.stringify(result));
  await result.started;
  return result.session;
}

describe('one simulated router has one state', () => {
  it('a session that RADIUS let in is active, with its interface, its queue and its rate', async () => {
    const session = await dial();
    expect((await print('/ppp/active'))[0]).toMatchObject({
      name: 'ann',
      service: 'pppoe',
      address: session.framedIp,
      'session-id': `0x${session.acctSessionId}`,
      radius: 'true',
    });
    expect((await print('/interface', ['name=<pppoe-ann>'])).length).toBe(1);
    expect((await print('/queue/simple'))[0]).toMatchObject({
      name: '<pppoe-ann>',
      'max-limit': '5000000/20000000',
      dynamic: 'true',
    });
  });

  it('removing it by the API ends it with a Stop of cause Admin-Reset', async () => {
    await dial();
    const [active] = await print('/ppp/active');
    await driver.run(target.access, {
      path: '/ppp/active/remove',
      attributes: { '.id': active?.['.id'] ?? '' },
    });
    await target.router.settled();
    expect(await print('/ppp/active')).toEqual([]);
    expect(server.seen.at(-1)?.values).toMatchObject({
      'Acct-Status-Type': 'Stop',
      'Acct-Terminate-Cause': 'Admin-Reset',
    });
  });

  it('the counters of its interface are those it reports: rx is upload', async () => {
    const session = await dial();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [row] = await print('/interface', ['name=<pppoe-ann>']);
    expect(Number(row?.['rx-byte'])).toBe(session.uploadOctets);
    expect(Number(row?.['tx-byte'])).toBe(session.downloadOctets);
    expect(session.uploadOctets).toBeGreaterThan(0);
  });

  it('its traffic is measured within the rate', async () => {
    await dial();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { rows } = await driver.run(target.access, {
      path: '/interface/monitor-traffic',
      attributes: { interface: '<pppoe-ann>', once: '' },
    });
    const rxBps = Number(rows[0]?.['rx-bits-per-second']);
    expect(rxBps).toBeGreaterThan(0);
    expect(rxBps).toBeLessThanOrEqual(5_000_000);
  });

  it('a queue the router made itself cannot be changed', async () => {
    await dial();
    const [queue] = await print('/queue/simple');
    const failure = await failureOf(
      driver.run(target.access, {
        path: '/queue/simple/set',
        attributes: { '.id': queue?.['.id'] ?? '', 'max-limit': '1M/1M' },
      }),
    );
    expect(failure.trap?.kind).toBe('not_changeable');
  });

  it('after a power cut an id means another item', async () => {
    for (const name of ['one', 'two']) {
      await driver.run(target.access, { path: '/ppp/secret/add', attributes: { name } });
    }
    await dial('ann');
    const [before] = await print('/ppp/active');
    target.router.powerCut();
    await dial('ben');
    expect((await print('/ppp/active'))[0]).toMatchObject({ '.id': before?.['.id'], name: 'ben' });
    expect((await print('/ppp/secret')).map((row) => [row['.id'], row.name])).toEqual([
      ['*2', 'one'],
      ['*1', 'two'],
    ]);
  });
});

describe('a secret on the router', () => {
  const add = (attributes: Record<string, string>) =>
    driver.run(target.access, { path: '/ppp/secret/add', attributes });

  it('lets its subscriber in without RADIUS being asked or told', async () => {
    await driver.run(target.access, {
      path: '/ppp/profile/add',
      attributes: { name: 'home', 'rate-limit': '2M/8M', 'address-list': 'homes' },
    });
    await add({ name: 'ann', password: 'secret', profile: 'home', 'remote-address': '10.9.0.7' });
    const session = await target.router.dial(subscriber({ username: 'ann', password: 'secret' }));
    expect(session.outcome).toBe('up');
    expect((await print('/ppp/active'))[0]).toMatchObject({
      name: 'ann',
      address: '10.9.0.7',
      radius: 'false',
    });
    expect((await print('/queue/simple'))[0]?.['max-limit']).toBe('2000000/8000000');
    expect((await print('/ip/firewall/address-list'))[0]).toMatchObject({
      list: 'homes',
      address: '10.9.0.7',
    });
    expect(server.seen).toEqual([]);
  });

  it.each([
    ['disabled', { disabled: 'yes' }],
    ['for another password', { password: 'other' }],
    ['for another service', { service: 'l2tp' }],
    ['for another MAC address', { 'caller-id': '00:00:00:00:00:01' }],
  ])('that is %s keeps its subscriber out', async (_, attributes) => {
    await add({ name: 'ann', password: 'secret', ...attributes });
    expect((await target.router.dial(subscriber({ username: 'ann', password: 'secret' }))).outcome).toBe(
      'rejected',
    );
    expect(server.seen).toEqual([]);
  });
});

describe('what the API user may', () => {
  function regroup(policy: string): void {
    const groups = target.router.config.menu('/user/group');
    groups.set(groups.find({ name: 'isp-billing' })?.['.id'], { policy });
  }

  it.each([
    ['without write it changes nothing', 'api,read,test', '/ppp/secret/add'],
    ['without read it sees nothing', 'api,write,test', '/ppp/secret/print'],
  ])('%s', async (_, policy, path) => {
    regroup(policy);
    const failure = await failureOf(driver.run(target.access, { path, attributes: { name: 'ann' } }));
    expect(failure.trap?.kind).toBe('not_permitted');
  });

  it.each([
    ['without sensitive passwords are asterisks', 'api,read,write,test', '*****'],
    ['with sensitive they are shown', 'api,read,write,test,sensitive', 'hush'],
  ])('%s', async (_, policy, shown) => {
    regroup(policy);
    await driver.run(target.access, {
      path: '/ppp/secret/add',
      attributes: { name: 'ann', password: 'hush' },
    });
    expect((await print('/ppp/secret'))[0]?.password).toBe(shown);
  });
});

describe('a query of a print', () => {
  it.each([
    [['name=two'], ['two']],
    [['comment'], ['one']],
    [['-comment'], ['two', 'three']],
    [
      ['name=one', 'name=two', '#|'],
      ['one', 'two'],
    ],
    [
      ['name=one', '#!'],
      ['two', 'three'],
    ],
    [['>limit-bytes-in=15'], ['two']],
    [['<limit-bytes-in=15'], ['one']],
  ])('%j finds %j', async (queries, names) => {
    await driver.run(target.access, {
      path: '/ppp/secret/add',
      attributes: { name: 'one', comment: 'first', 'limit-bytes-in': '10' },
    });
    await driver.run(target.access, {
      path: '/ppp/secret/add',
      attributes: { name: 'two', 'limit-bytes-in': '20' },
    });
    await driver.run(target.access, { path: '/ppp/secret/add', attributes: { name: 'three' } });
    expect((await print('/ppp/secret', queries)).map((row) => row.name)).toEqual(names);
  });
});
