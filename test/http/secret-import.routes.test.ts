import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setConnection } from '../../src/network/connection/mikrotik-connection.service.ts';
import type { RouterPort } from '../../src/network/router.port.ts';
import { NetworkFixture } from '../db/network-fixture.ts';
import { testActor } from '../support/actor.ts';
import { API_USER, openTestDriver, openTestRouterOs, type TestRouterOs } from '../support/routeros-router.ts';
import { openTestApi, type TestApi } from './api.ts';

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
  target = await openTestRouterOs({ address: '127.0.0.39' });
  nasId = await net.router('tower-1', '127.0.0.39', 3799, 'a-shared-secret-of-24-ch');
  const input = { port: target.api.port, ...API_USER };
  await setConnection(api.deps, { nasId, input, actor: testActor });
  const { config } = target.router;
  config.menu('/ppp/profile').add({ name: 'home-20', 'rate-limit': '5M/20M', 'remote-address': 'pool-a' });
});

afterEach(async () => {
  await target.close();
  await api.db.query('delete from nas');
});

afterAll(async () => {
  await driver.close();
  await api.close();
});

const secret = (values: Record<string, string>) =>
  target.router.config.menu('/ppp/secret').add({ profile: 'home-20', ...values });

function showPasswords(): void {
  const groups = target.router.config.menu('/user/group');
  groups.set(groups.find({ name: 'isp-billing' })?.['.id'], { policy: 'api,read,write,test,sensitive' });
}

const run = (dryRun: boolean) =>
  api.call('POST', `/api/isp/nas/${nasId}/import-secrets`, { body: { dry_run: dryRun } });
const services = (username: string) =>
  api.db.query<{ password_enc: Buffer; framed_ip: string | null }>(
    'select password_enc, host(framed_ip) as framed_ip from isp_services where username = $1::text',
    [username],
  );

describe('an import of PPP secrets', () => {
  it('says first what it would do, and then does it; the router is only read', async () => {
    showPasswords();
    secret({
      name: 'ann',
      password: 'пароль,"1"',
      'remote-address': '10.4.0.7',
      'caller-id': '00:11:22:33:44:55',
    });
    const dry = await run(true);
    expect(dry.body).toMatchObject({
      dry_run: true,
      created: null,
      secrets: [
        {
          username: 'ann',
          action: 'create',
          package: 'home-20',
          rate_limit: '5M/20M',
          ip: '10.4.0.7',
          pool: null,
        },
      ],
    });
    expect(JSON.stringify(dry.body)).not.toContain('пароль');
    expect(await services('ann')).toEqual([]);
    expect((await run(false)).body).toMatchObject({ created: 1, failed: 0, packages_created: ['home-20'] });
    const [made] = await services('ann');
    expect(made?.framed_ip).toBe('10.4.0.7');
    expect(made && api.deps.box.open(made.password_enc).toString()).toBe('пароль,"1"');
    expect(target.api.commands.filter((path) => /\/(add|set|remove)$/.test(path))).toEqual([]);
  });

  it('run again makes nothing twice', async () => {
    showPasswords();
    secret({ name: 'ben', password: 'secret-1' });
    await run(false);
    expect((await run(false)).body).toMatchObject({
      created: 0,
      secrets: [{ username: 'ben', action: 'exists' }],
    });
    expect(await services('ben')).toHaveLength(1);
  });

  it('leaves secrets whose passwords the router hides, with the mend, and stores no asterisks', async () => {
    secret({ name: 'cat', password: 'secret-1' });
    const { body } = await run(false);
    expect(body).toMatchObject({ created: 0, secrets: [{ username: 'cat', action: 'leave' }] });
    expect(body.secrets[0].problem).toContain('sensitive');
    expect(await services('cat')).toEqual([]);
  });

  it('leaves what is disabled, and passes over what this product keeps there', async () => {
    showPasswords();
    secret({ name: 'dan', password: 'secret-1', disabled: 'yes' });
    secret({ name: 'eve', password: 'secret-1', comment: 'netflow-isp service=7' });
    expect((await run(true)).body.secrets).toMatchObject([{ username: 'dan', action: 'leave' }]);
  });

  it('of 500 secrets makes 500 services', async () => {
    showPasswords();
    for (let at = 0; at < 500; at += 1) secret({ name: `bulk${at}`, password: `secret-${at}` });
    expect((await run(false)).body).toMatchObject({ created: 500, failed: 0 });
  });

  it('of a router that cannot be read makes nothing', async () => {
    showPasswords();
    secret({ name: 'fay', password: 'secret-1' });
    target.api.faults.refuses = { path: '/ppp/profile/print', message: 'not enough permissions (9)' };
    expect((await run(false)).status).toBe(409);
    expect(await services('fay')).toEqual([]);
  });

  it.each([
    ['daily staff', 'user' as const, 403],
    ['nobody', 'nobody' as const, 401],
  ])('is not for %s', async (_, as, status) => {
    const path = `/api/isp/nas/${nasId}/import-secrets`;
    expect((await api.call('POST', path, { as, body: {} })).status).toBe(status);
  });
});
