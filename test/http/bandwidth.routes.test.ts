import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { findAccess, setConnection } from '../../src/network/connection/mikrotik-connection.service.ts';
import { type Bandwidth, openBandwidth } from '../../src/network/monitoring/bandwidth.service.ts';
import type { RouterPort } from '../../src/network/router.port.ts';
import type { SimulatedSession } from '../../src/simulator/session.ts';
import { subscriber } from '../../src/simulator/subscriber.ts';
import { NetworkFixture, until } from '../db/network-fixture.ts';
import { TinyServer } from '../radius/tiny-server.ts';
import { testActor } from '../support/actor.ts';
import { API_USER, openTestDriver, openTestRouterOs, type TestRouterOs } from '../support/routeros-router.ts';
import { openTestApi, type TestApi } from './api.ts';

const SECRET = 'router-secret-long-enough';
const ADDRESS = '127.0.0.35';
let api: TestApi;
let net: NetworkFixture;
let driver: RouterPort;
let server: TinyServer;
let target: TestRouterOs;
let bandwidth: Bandwidth;
let nasId: string;
let serial = 0;

beforeAll(async () => {
  driver = openTestDriver();
  api = await openTestApi((context) => {
    const { db, box } = context.deps;
    const routerApi = { router: driver, accessOf: (id: string) => findAccess({ db, box }, id) };
    bandwidth = openBandwidth({ db, clock: systemClock, routerApi });
    return { bandwidth };
  });
  net = new NetworkFixture(api.db);
  await net.plan('home', '5M/20M');
  server = await new TinyServer(SECRET).open();
  server.accept = [{ name: 'Mikrotik-Rate-Limit', value: '5M/20M' }];
});

beforeEach(async () => {
  serial += 1;
  target = await openTestRouterOs({
    address: ADDRESS,
    secret: SECRET,
    server: { host: '127.0.0.1', authPort: server.authPort, acctPort: server.acctPort },
  });
  await api.db.query('delete from mikrotik_connections');
  await api.db.query('update nas set nas_identifier = $1::text where nas_identifier is null', [
    `old-${serial}`,
  ]);
  nasId = await net.router(`tower-${serial}`, ADDRESS, target.router.coaPort, SECRET);
});

afterEach(() => target.close());

afterAll(async () => {
  bandwidth.stop();
  await driver.close();
  server.close();
  await api.close();
});

const connect = () =>
  setConnection(api.deps, { nasId, input: { port: target.api.port, ...API_USER }, actor: testActor });

async function online(): Promise<{ serviceId: string; sessionId: string; session: SimulatedSession }> {
  const username = nextName();
  const serviceId = await net.service(username);
  const result = await target.router.dial(subscriber({ username, password: 'secret', demand: 1 }));
  if (result.outcome !== 'up') throw new Error('The session is not up.');
  const { session } = result;
  const sessionId = await net.session({ nasId, serviceId, username, acctSessionId: session.acctSessionId });
  return { serviceId, sessionId, session };
}

function nextName(): string {
  serial += 1;
  return `sub${serial}`;
}

const path = (serviceId: string) => `/api/isp/monitoring/bandwidth/${serviceId}`;

describe('the bandwidth of a line', () => {
  it('is measured on its router, upload and download the right way round', async () => {
    await connect();
    const { serviceId } = await online();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { status, body } = await api.call('GET', path(serviceId));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      service_id: Number(serviceId),
      online: true,
      source: 'router',
      over_s: null,
      note: null,
    });
    expect(body.upload_bps).toBeGreaterThan(0);
    expect(body.upload_bps).toBeLessThanOrEqual(5_000_000);
    expect(body.download_bps).toBeGreaterThan(5_000_000);
  });

  it('falls back to what was reported, and says so with the reason', async () => {
    const { serviceId, sessionId } = await online();
    const report = (timeS: number, up: number, down: number) =>
      api.db.query(
        `update sessions set session_time_s = $2::bigint, upload_octets = $3::bigint, download_octets = $4::bigint
         where id = $1::bigint`,
        [sessionId, timeS, up, down],
      );
    await report(100, 1_000, 2_000);
    expect((await api.call('GET', path(serviceId))).body).toMatchObject({
      source: 'accounting',
      upload_bps: 80,
      download_bps: 160,
      over_s: 100,
      note: expect.stringContaining('no API credentials'),
    });
    await report(110, 12_501_000, 25_002_000);
    expect((await api.call('GET', path(serviceId))).body).toMatchObject({
      upload_bps: 10_000_000,
      download_bps: 20_000_000,
      over_s: 10,
    });
  });

  it('falls back when the router does not answer', async () => {
    await connect();
    const { serviceId } = await online();
    await target.api.stop();
    const { status, body } = await api.call('GET', path(serviceId));
    expect(status).toBe(200);
    expect(body).toMatchObject({ online: true, source: 'none', upload_bps: null });
    expect(body.note).toContain('refused the connection');
    await target.api.listen();
  });

  it('of a line that is not online is nothing, without asking anybody', async () => {
    await connect();
    const serviceId = await net.service(nextName());
    expect((await api.call('GET', path(serviceId))).body).toMatchObject({ online: false, source: 'none' });
    expect(target.api.accepted).toBe(0);
  });

  it.each([
    ['an unknown service', '/api/isp/monitoring/bandwidth/999999', 404],
    ['an unknown service, streamed', '/api/isp/monitoring/bandwidth/999999/stream', 404],
    ['what is no id', '/api/isp/monitoring/bandwidth/abc', 422],
  ])('%s is refused', async (_, at, status) => {
    expect((await api.call('GET', at)).status).toBe(status);
  });

  it.each([
    ['nobody', 'nobody' as const, 401],
    ['a customer', { customerId: '1' }, 403],
    ['daily staff', 'user' as const, 200],
  ])('is answered to %s with %i', async (_, as, status) => {
    const serviceId = await net.service(nextName());
    expect((await api.call('GET', path(serviceId), { as })).status).toBe(status);
  });
});

describe('watching a line', () => {
  it('streams samples, and asks the router no more when nobody listens', async () => {
    await connect();
    const { serviceId } = await online();
    const response = await api.app.request(`${path(serviceId)}/stream`, {
      headers: { Authorization: 'Bearer admin' },
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.getReader();
    const text = new TextDecoder().decode((await reader?.read())?.value);
    expect(text).toContain('event: sample');
    expect(JSON.parse(/data: (.*)/.exec(text)?.[1] ?? '')).toMatchObject({ source: 'router', online: true });
    expect(bandwidth.watched).toBe(1);
    await reader?.cancel();
    await until(() => bandwidth.watched === 0);
  });

  it('by many is one poll: they all hear the same sample', async () => {
    await connect();
    const { serviceId } = await online();
    const heard: number[][] = [[], [], []];
    const stops = heard.map((list) => bandwidth.watch(serviceId, (sample) => list.push(sample.atMs)));
    await until(() => heard.every((list) => list.length >= 1));
    const polls = target.api.commands.filter((one) => one === '/interface/monitor-traffic').length;
    expect(new Set(heard.map((list) => list[0])).size).toBe(1);
    expect(polls).toBe(1);
    for (const stop of stops) stop();
    expect(bandwidth.watched).toBe(0);
  });
});
