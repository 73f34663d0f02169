import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setConnection } from '../../src/network/connection/mikrotik-connection.service.ts';
import type { RouterPort } from '../../src/network/router.port.ts';
import { NetworkFixture } from '../db/network-fixture.ts';
import { testActor } from '../support/actor.ts';
import { API_USER, openTestDriver, openTestRouterOs, type TestRouterOs } from '../support/routeros-router.ts';
import { openTestApi, type TestApi } from './api.ts';
import { DENIED } from './hostile.ts';

let api: TestApi;
let net: NetworkFixture;
let driver: RouterPort;
let target: TestRouterOs;
let nasId: string;

beforeAll(async () => {
  driver = openTestDriver();
  api = await openTestApi((context) => ({ routers: { ...context.routers, router: driver } }));
  net = new NetworkFixture(api.db);
});

beforeEach(async () => {
  target = await openTestRouterOs({ address: '127.0.0.37' });
  nasId = await net.router('tower-7', '127.0.0.37', 3799, 'a-shared-secret-of-24-ch');
  const input = { port: target.api.port, ...API_USER };
  await setConnection(api.deps, { nasId, input, actor: testActor });
  const { config } = target.router;
  config
    .menu('/ppp/profile')
    .add({ name: 'home-20', 'rate-limit': '5M/20M', 'remote-address': 'pool-a', 'address-list': 'vip' });
  config.menu('/ip/pool').add({ name: 'pool-a', ranges: '10.4.0.10-10.4.0.20' });
  const groups = config.menu('/user/group');
  groups.set(groups.find({ name: 'isp-billing' })?.['.id'], { policy: 'api,read,write,test,sensitive' });
});

afterEach(async () => {
  await target.close();
  await api.db.query('delete from router_provisions');
  await api.db.query('delete from nas');
});

afterAll(async () => {
  await driver.close();
  await api.close();
});

const secret = (values: Record<string, string>) =>
  target.router.config.menu('/ppp/secret').add({ profile: 'home-20', ...values });
const secrets = () => target.router.config.menu('/ppp/secret').rows();
const adopt = (keys?: readonly string[]) =>
  api.call('POST', `/api/isp/nas/${nasId}/drift/adopt`, { body: keys === undefined ? {} : { keys } });

describe('the adoption of secrets made by hand', () => {
  it('makes a service, marks the secret as its own and keeps the service on the router', async () => {
    secret({ name: 'ann', password: 'pw-a', service: 'pppoe', comment: 'the mill' });
    secret({ name: 'ben', password: 'pw-b' });
    const { status, body } = await adopt(['secret:ann']);
    expect(status).toBe(200);
    expect(body.items).toEqual([
      {
        username: 'ann',
        service_id: expect.any(Number),
        adopted: true,
        outcome: 'It is kept on this router from here now.',
      },
    ]);
    const [{ service_id: serviceId }] = body.items;
    expect(secrets()).toMatchObject([
      { name: 'ann', comment: `netflow-isp service=${serviceId}`, password: 'pw-a' },
      { name: 'ben' },
    ]);
    expect((await api.call('GET', `/api/isp/services/${serviceId}/mode`)).body).toMatchObject({
      mode: 'local',
    });
    expect((await api.call('GET', `/api/isp/services/${serviceId}`)).body).toMatchObject({
      description: 'the mill',
    });
    const { items } = (await api.call('GET', `/api/isp/nas/${nasId}/drift`)).body;
    expect(items.map((item: { username: string }) => item.username)).toEqual(['ben']);
    expect((await api.call('GET', `/api/isp/imports/${body.import_id}`)).body.counts).toMatchObject({
      created: 1,
    });
  });

  it('links a service that is there with the same password, and done again changes nothing', async () => {
    await api.app.request(`/api/isp/imports?dry_run=false`, {
      method: 'POST',
      headers: { Authorization: 'Bearer admin', 'Content-Type': 'application/octet-stream' },
      body: 'username,password,package,rate\ncat2,pw-2,home-20,5M/20M\ncat3,pw-3,home-20,5M/20M\n',
    });
    secret({ name: 'cat2', password: 'pw-2' });
    secret({ name: 'cat3', password: 'another' });
    const first = await adopt();
    expect(first.body).toMatchObject({
      import_id: null,
      items: [
        { username: 'cat2', adopted: true },
        {
          username: 'cat3',
          adopted: false,
          outcome: expect.stringContaining('password on the router is another'),
        },
      ],
    });
    expect((await adopt()).body.items).toMatchObject([{ username: 'cat3', adopted: false }]);
    expect(secrets().find(({ name }) => name === 'cat3')).toMatchObject({ password: 'another' });
  });

  it('leaves secrets whose passwords the router hides', async () => {
    const groups = target.router.config.menu('/user/group');
    groups.set(groups.find({ name: 'isp-billing' })?.['.id'], { policy: 'api,read,write,test' });
    secret({ name: 'dan', password: 'pw-d' });
    const { body } = await adopt();
    expect(body.items).toMatchObject([
      { adopted: false, service_id: null, outcome: expect.stringContaining('sensitive') },
    ]);
    expect(secrets()[0]?.comment ?? '').toBe('');
  });

  it.each(DENIED)('is not for %s', async (_, as, status, code) => {
    const answer = await api.call('POST', `/api/isp/nas/${nasId}/drift/adopt`, { as, body: {} });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});

describe('the import of a router', () => {
  const run = (body: Record<string, unknown>) => api.call('POST', `/api/isp/nas/${nasId}/import`, { body });

  it('is a dry run at first, then makes packages, services and customers of queues, and is undone as one', async () => {
    secret({ name: 'eve', password: 'pw-e', 'remote-address': '10.4.0.7' });
    secret({ name: 'fay', password: 'pw-f', disabled: 'yes' });
    target.router.config
      .menu('/queue/simple')
      .add({ name: 'Hotel Roof', target: '10.5.0.9/32', 'max-limit': '2M/8M' });
    const dry = await run({});
    expect(dry.body).toMatchObject({ is_dry_run: true, counts: { created: 3, failed: 0 } });
    const { body } = await run({ dry_run: false });
    expect(body).toMatchObject({
      is_dry_run: false,
      counts: dry.body.counts,
      source: 'tower-7',
      format: 'routeros',
    });
    const rows = await api.db.query(
      `select s.username, s.status, host(s.framed_ip) as ip, p.code, p.address_list, p.pool from isp_services s
       join isp_packages p on p.id = s.package_id where s.username in ('eve', 'fay', 'Hotel Roof') order by s.username`,
    );
    expect(rows).toEqual([
      {
        username: 'Hotel Roof',
        status: 'active',
        ip: '10.5.0.9',
        code: '2M/8M',
        address_list: null,
        pool: null,
      },
      {
        username: 'eve',
        status: 'active',
        ip: '10.4.0.7',
        code: 'home-20',
        address_list: 'vip',
        pool: 'pool-a',
      },
      {
        username: 'fay',
        status: 'suspended',
        ip: null,
        code: 'home-20',
        address_list: 'vip',
        pool: 'pool-a',
      },
    ]);
    expect(target.api.commands.filter((path) => /\/(add|set|remove)$/.test(path))).toEqual([]);
    const undone = await api.call('POST', `/api/isp/imports/${body.id}/undo`, { body: { dry_run: false } });
    expect(undone.body.removed).toMatchObject({ service: 3, customer: 3 });
  });

  it('of a router that cannot be read whole makes nothing', async () => {
    secret({ name: 'gus', password: 'pw-g' });
    target.api.faults.refuses = { path: '/queue/simple/print', message: 'not enough permissions (9)' };
    expect((await run({ dry_run: false })).status).toBe(409);
    expect(await api.db.query(`select 1 from isp_services where username = 'gus'`)).toEqual([]);
  });

  it.each(DENIED)('is not for %s', async (_, as, status, code) => {
    const answer = await api.call('POST', `/api/isp/nas/${nasId}/import`, { as, body: {} });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});
