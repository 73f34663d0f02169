import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { findAccess } from '../../src/network/connection/mikrotik-connection.service.ts';
import { openRouterPolling } from '../../src/network/monitoring/router-polling.service.ts';
import type { RouterPort } from '../../src/network/router.port.ts';
import type { Poller } from '../../src/platform/events/poller.service.ts';
import { NetworkFixture, until } from '../db/network-fixture.ts';
import { API_USER, openTestDriver, openTestRouterOs, type TestRouterOs } from '../support/routeros-router.ts';
import { openTestApi, type TestApi } from './api.ts';

const ADDRESS = '127.0.0.37';
let api: TestApi;
let net: NetworkFixture;
let driver: RouterPort;
let target: TestRouterOs;
let polling: Poller;
let nasId: string;

beforeAll(async () => {
  driver = openTestDriver();
  api = await openTestApi();
  net = new NetworkFixture(api.db);
});

beforeEach(async () => {
  target = await openTestRouterOs({ address: ADDRESS });
  nasId = await net.router('tower-1', ADDRESS, 3799, 'a-shared-secret-of-24-ch');
});

afterEach(async () => {
  await polling?.stop();
  await target.close();
  await api.db.query('delete from nas');
});

afterAll(async () => {
  await driver.close();
  await api.close();
});

const apiPath = () => `/api/isp/nas/${nasId}/api`;
const connect = (more: Record<string, unknown> = {}) =>
  api.call('PUT', apiPath(), { body: { port: target.api.port, poll_interval_s: 5, ...API_USER, ...more } });

const health = async () => (await api.call('GET', `/api/isp/monitoring/routers/${nasId}`)).body;

/** Starts looking, and makes every router's turn now. */
async function look(): Promise<void> {
  const { db, box } = api.deps;
  polling = openRouterPolling({
    db: api.db,
    routerApi: { router: driver, accessOf: (id) => findAccess({ db, box }, id) },
    logger: net.logger,
    clock: systemClock,
  });
  await hurry();
}

async function hurry(): Promise<void> {
  await api.db.query('update router_health set next_poll_at = now()');
  polling.wake();
}

describe('the API credentials of a router', () => {
  it('are set, shown without the password, and forgotten', async () => {
    const set = await connect({ tls: true, port: 8729 });
    expect(set.status).toBe(200);
    expect(set.body).toEqual({
      nas_id: Number(nasId),
      host: ADDRESS,
      port: 8729,
      username: 'isp-billing',
      tls: true,
      fingerprint: null,
      fingerprint_learnt_at: null,
      poll_interval_s: 5,
    });
    expect((await api.call('GET', apiPath())).body).toEqual(set.body);
    expect((await api.call('DELETE', apiPath())).status).toBe(204);
    const gone = await api.call('GET', apiPath());
    expect([gone.status, gone.body.error.code]).toEqual([409, 'routeros_not_configured']);
  });

  it.each([
    ['an unknown router', 'PUT', '/api/isp/nas/999999/api', { username: 'x' }, 404],
    ['a port out of range', 'PUT', '', { username: 'x', port: 70_000 }, 422],
    ['nobody to log in', 'PUT', '', {}, 422],
    ['an unknown key', 'PUT', '', { user: 'x' }, 422],
  ])('with %s are refused', async (_, method, at, body, status) => {
    expect((await api.call(method, at || apiPath(), { body })).status).toBe(status);
  });

  it.each([
    ['daily staff', 'user' as const, 403],
    ['nobody', 'nobody' as const, 401],
  ])('are not changed by %s', async (_, as, status) => {
    expect((await api.call('PUT', apiPath(), { as, body: { username: 'x' } })).status).toBe(status);
    expect((await api.call('DELETE', apiPath(), { as })).status).toBe(status);
  });
});

describe('the health of a router', () => {
  it('is unknown without API credentials', async () => {
    await look();
    expect(await health()).toMatchObject({ state: 'unknown', host: null, checked_at: null, samples: [] });
  });

  it("has the router's own count of RADIUS and the last handshake of its tunnel", async () => {
    await connect();
    const entry = { address: '198.51.100.7', secret: 'x', service: 'ppp', comment: 'netflow-isp' };
    target.router.config.menu('/radius').add(entry);
    Object.assign(target.api.board.radiusCounters, { requests: 12, accepts: 9, 'bad-replies': 3 });
    target.api.board.tunnelPeers.push({ '.id': '*9', comment: 'netflow-isp', 'last-handshake': '1m20s' });
    await api.db.query(
      `insert into router_tunnels (nas_id, address, public_key, preshared_key_enc) values ($1::bigint, '10.254.0.2', 'P', '')`,
      [nasId],
    );
    await look();
    await until(async () => {
      await hurry();
      return (await health()).state === 'up';
    });
    const seen = await health();
    expect(seen.radius).toMatchObject({ requests: 12, accepts: 9, rejects: 0, bad_replies: 3 });
    expect(seen.warning).toContain('the secret there is another one');
    const ageS = (Date.now() - Date.parse(seen.tunnel_handshake_at)) / 1000;
    expect(ageS).toBeGreaterThan(79);
    expect(ageS).toBeLessThan(140);
  });

  it('is read by its API and kept as history', async () => {
    await connect();
    await look();
    await until(async () => {
      await hurry();
      return (await health()).samples.length >= 2;
    });
    expect(await health()).toMatchObject({
      state: 'up',
      reason: null,
      identity: 'tower-1',
      version: '7.18.2 (stable)',
      cpu_percent: 7,
      active_sessions: 0,
      interfaces: [{ name: 'ether1', running: true }],
    });
    const list = await api.call('GET', '/api/isp/monitoring/routers');
    expect(list.body.items).toMatchObject([{ name: 'tower-1', state: 'up' }]);
  });

  it('has what each port carries between two looks, and nothing while the router does not answer', async () => {
    await connect();
    await look();
    const answered = (times: number) =>
      until(async () => {
        await hurry();
        return (await health()).samples.length >= times;
      });
    await answered(1);
    // Since a look ten seconds ago the port has received 12,500,000 octets more: 10 Mbit/s.
    const before = JSON.stringify([
      { name: 'ether1', type: 'ether', isRunning: true, receivedOctets: -12_500_000, sentOctets: 0 },
    ]);
    await polling.stop();
    target.router.bootedAtMs -= 3_600_000;
    await api.db.query(
      `update router_health set interfaces = $1::text::jsonb, answered_at = now() - interval '10 seconds'`,
      [before],
    );
    await look();
    await until(async () => (await health()).interfaces[0].received_bps !== null);
    const [port] = (await health()).interfaces;
    expect(port).toMatchObject({ name: 'ether1', sent_bps: 0 });
    expect(port.received_bps).toBeGreaterThan(5_000_000);
    expect(port.received_bps).toBeLessThanOrEqual(10_000_000);
    await target.api.stop();
    await until(async () => {
      await hurry();
      return (await health()).state === 'down';
    }, 8_000);
    expect((await health()).interfaces).toMatchObject([
      { name: 'ether1', received_bps: null, sent_bps: null },
    ]);
  }, 30_000);

  it('goes from up to busy, to silent while RADIUS is heard, to down, and back', async () => {
    await connect();
    await look();
    const becomes = (state: string) =>
      until(async () => {
        await hurry();
        return (await health()).state === state;
      }, 8_000);
    await becomes('up');
    target.api.board.cpuLoadPercent = 97;
    await becomes('busy');
    await api.db.query(
      `insert into nas_contacts (nas_id, host, last_acct_at) values ($1::bigint, 'h', now())`,
      [nasId],
    );
    await target.api.stop();
    await becomes('silent');
    expect((await health()).identity).toBe('tower-1');
    await api.db.query(`update nas_contacts set last_acct_at = now() - interval '1 hour'`);
    await becomes('down');
    target.api.board.cpuLoadPercent = 7;
    await target.api.listen();
    await becomes('up');
  }, 30_000);

  it('warns where logins arrive and usage does not', async () => {
    await api.db.query(
      `insert into nas_contacts (nas_id, host, last_auth_at) values ($1::bigint, 'h', now())`,
      [nasId],
    );
    expect((await health()).warning).toContain('/ppp aaa set accounting=yes');
  });

  it('of an unknown router is not found, and is not for customers', async () => {
    expect((await api.call('GET', '/api/isp/monitoring/routers/999999')).status).toBe(404);
    const as = { customerId: '1' };
    expect((await api.call('GET', '/api/isp/monitoring/routers', { as })).status).toBe(403);
  });
});
