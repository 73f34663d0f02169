import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { type Listener, openListener } from '../../src/db/listener.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { findAccess, setConnection } from '../../src/network/connection/mikrotik-connection.service.ts';
import { type Enforcer, openEnforcer } from '../../src/network/enforcement/enforcement.service.ts';
import { serviceEventHandlers } from '../../src/network/enforcement/service-events.handler.ts';
import type { RouterPort } from '../../src/network/router.port.ts';
import { type Dispatcher, openDispatcher } from '../../src/platform/events/dispatcher.service.ts';
import { type DynauthClient, openDynauth } from '../../src/radius/dynauth/dynauth.adapter.ts';
import type { SimulatedSession } from '../../src/simulator/session.ts';
import { subscriber } from '../../src/simulator/subscriber.ts';
import { suspendService } from '../../src/subscribers/services/lifecycle.service.ts';
import { setServiceSpeed } from '../../src/subscribers/speeds/speed.service.ts';
import { NetworkFixture, until } from '../db/network-fixture.ts';
import { TinyServer } from '../radius/tiny-server.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { API_USER, openTestDriver, openTestRouterOs, type TestRouterOs } from '../support/routeros-router.ts';

const SECRET = 'router-secret-long-enough';
const ADDRESS = '127.0.0.34';
let own: TestDatabase;
let db: Database;
let net: NetworkFixture;
let server: TinyServer;
let target: TestRouterOs;
let driver: RouterPort;
let nasId: string;
let listener: Listener;
let dispatcher: Dispatcher;
let enforcer: Enforcer;
let dynauth: DynauthClient;
let serial = 0;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 6, name: 'test' });
  net = new NetworkFixture(db);
  await net.plan('home', '5M/20M');
  server = await new TinyServer(SECRET).open();
  server.accept = [{ name: 'Mikrotik-Rate-Limit', value: '5M/20M' }];
  const wallChoices = () => ({ onSuspended: 'reject', onExpired: 'reject', onDataCap: 'reject' }) as const;
  const common = { db, clock: systemClock, logger: net.logger, wallChoices };
  dynauth = openDynauth();
  driver = openTestDriver();
  dispatcher = openDispatcher({ ...common, handlers: serviceEventHandlers(common) });
  const routerApi = { router: driver, accessOf: (id: string) => findAccess({ db, box: net.box }, id) };
  enforcer = openEnforcer({ ...common, box: net.box, dynauth, routerApi, host: 'host-a' });
  await new Promise<void>((resolve) => {
    listener = openListener({
      url: own.url,
      channel: 'netflow_changes',
      onConnected: resolve,
      onNotify: (payload) => {
        if (payload === 'outbox') dispatcher.wake();
        if (payload === 'enforcement') enforcer.wake();
      },
    });
  });
});

beforeEach(async () => {
  serial += 1;
  target = await openTestRouterOs({
    address: ADDRESS,
    secret: SECRET,
    server: { host: '127.0.0.1', authPort: server.authPort, acctPort: server.acctPort },
  });
  await db.query('update nas set nas_identifier = $1::text where nas_identifier is null', [`old-${serial}`]);
  await db.query('delete from mikrotik_connections');
  nasId = await net.router(`tower-${serial}`, ADDRESS, target.router.coaPort, SECRET);
  await setConnection(
    { db, box: net.box },
    { nasId, input: { port: target.api.port, ...API_USER }, actor: testActor },
  );
});

afterEach(() => target.close());

afterAll(async () => {
  await dispatcher.stop();
  await enforcer.stop();
  await dynauth.close();
  await driver.close();
  await listener.close();
  server.close();
  await db.close();
  await own.drop();
});

async function online(): Promise<{
  session: SimulatedSession;
  sessionId: string;
  serviceId: string;
  order: { username: string; actor: typeof testActor };
}> {
  serial += 1;
  const username = `sub${serial}`;
  const serviceId = await net.service(username);
  const result = await target.router.dial(subscriber({ username, password: 'secret' }));
  if (result.outcome !== 'up') throw new Error('The session is not up.');
  const { session } = result;
  const sessionId = await net.session({
    nasId,
    serviceId,
    username,
    grade: 'full',
    acctSessionId: session.acctSessionId,
    nasAddress: ADDRESS,
    framedIp: session.framedIp,
    stateVersion: 1,
  });
  return { session, sessionId, serviceId, order: { username, actor: testActor } };
}

const rows = (serviceId: string) => net.enforcements(serviceId);
const first = async (serviceId: string) => (await rows(serviceId))[0];

test('a CoA whose effect is on the router is done, and the session goes on', async () => {
  const { session, sessionId, serviceId, order } = await online();
  await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
  await until(async () => (await first(serviceId))?.state === 'acknowledged');
  expect(session.isUp).toBe(true);
  await until(async () => (await net.sessionRow(sessionId)).state_version === 2);
  expect(target.api.commands).toContain('/queue/simple/print');
  expect(target.api.commands).not.toContain('/ppp/active/remove');
});

test('a CoA that took effect while its answer was lost is no failure: nothing is repeated, nobody is cut off', async () => {
  const { session, serviceId, order } = await online();
  // The answers come after the client gave up.
  target.router.listener.faults.answerDelayMs = 1_500;
  await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
  await until(async () => (await first(serviceId))?.is_done === true, 8_000);
  expect(await rows(serviceId)).toMatchObject([{ kind: 'coa', state: 'acknowledged' }]);
  expect((await first(serviceId))?.outcome).toContain('its answer was lost');
  expect(session.isUp).toBe(true);
}, 15_000);

test('a CoA the network drops is followed by the API: the session ends there and dials in with the new rate', async () => {
  const { session, serviceId, order } = await online();
  target.router.listener.faults.isSilent = true;
  await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
  await until(() => !session.isUp, 8_000);
  await until(async () => (await first(serviceId))?.is_done === true);
  expect(await rows(serviceId)).toMatchObject([{ kind: 'coa', state: 'unreachable' }]);
  expect((await first(serviceId))?.outcome).toContain('ended by the RouterOS API');
}, 15_000);

test('an acknowledged CoA that changed nothing is not believed', async () => {
  const { session, serviceId, order } = await online();
  session.terms.rateLimit = { uploadBps: 1, downloadBps: 1 };
  Object.defineProperty(session.terms, 'rateLimit', {
    get: () => ({ uploadBps: 1, downloadBps: 1 }),
    set: () => {},
  });
  await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
  await until(() => !session.isUp, 8_000);
  await until(async () => (await first(serviceId))?.is_done === true);
  expect(await first(serviceId)).toMatchObject({ kind: 'coa', state: 'refused' });
  expect((await first(serviceId))?.outcome).toContain('kept the old rate');
}, 15_000);

test('a NAK that there is no such session is not believed while the API shows it', async () => {
  const { session, serviceId, order } = await online();
  target.router.listener.faults.nakWith = 503;
  await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
  await until(() => !session.isUp, 8_000);
  await until(async () => (await first(serviceId))?.is_done === true);
  expect(await rows(serviceId)).toMatchObject([{ kind: 'coa', state: 'refused' }]);
  expect((await first(serviceId))?.outcome).toContain(
    'CoA-NAK 503: the router denied the session, and its API shows it.',
  );
}, 15_000);

test('a NAK for a session that is really gone leaves the one that came after it alone', async () => {
  const { session, sessionId, serviceId, order } = await online();
  await target.router.hangUp(session);
  const again = await target.router.dial(subscriber({ username: order.username, password: 'secret' }));
  await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
  await until(async () => (await first(serviceId))?.is_done === true, 8_000);
  expect(await rows(serviceId)).toMatchObject([{ kind: 'coa', state: 'gone' }]);
  await until(async () => (await net.sessionRow(sessionId)).uncertain_at !== null);
  expect(again.outcome === 'up' && again.session.isUp).toBe(true);
  expect(target.api.commands).not.toContain('/ppp/active/remove');
}, 15_000);

test('a suspension reaches a router whose CoA port is closed, by its API', async () => {
  const { session, serviceId, order } = await online();
  target.router.listener.faults.isSilent = true;
  await suspendService(net.deps, order);
  await until(() => !session.isUp, 8_000);
  await until(async () => (await first(serviceId))?.is_done === true);
  expect(await rows(serviceId)).toMatchObject([{ kind: 'disconnect', state: 'acknowledged', tries: 1 }]);
  expect((await first(serviceId))?.outcome).toContain('ended by the RouterOS API');
}, 15_000);

test('a session that stays after a removal answered !done is not believed gone: the order stands, with the reason', async () => {
  const { session, serviceId, order } = await online();
  target.router.listener.faults.isSilent = true;
  target.api.faults.keepsRemovedSessions = true;
  await suspendService(net.deps, order);
  await until(
    async () => (await first(serviceId))?.outcome?.includes('stays on the router') === true,
    10_000,
  );
  expect(await first(serviceId)).toMatchObject({ kind: 'disconnect', state: 'pending', is_done: false });
  expect(session.isUp).toBe(true);
  target.api.faults.keepsRemovedSessions = false;
  await until(() => !session.isUp, 10_000);
}, 30_000);

test('an API that fails proves nothing: the order stands as the CoA left it', async () => {
  const { session, sessionId, serviceId, order } = await online();
  target.router.listener.faults.isSilent = true;
  target.api.faults.refuses = { path: '/ppp/active', message: 'not enough permissions (9)' };
  await suspendService(net.deps, order);
  await until(
    async () => (await first(serviceId))?.outcome?.includes('not enough permissions') === true,
    8_000,
  );
  expect(await first(serviceId)).toMatchObject({ kind: 'disconnect', state: 'pending', is_done: false });
  expect(await net.sessionRow(sessionId)).toMatchObject({ closed_at: null, uncertain_at: null });
  expect(session.isUp).toBe(true);
}, 15_000);

test('an API that is away changes nothing about what CoA does', async () => {
  const { session, serviceId, order } = await online();
  await target.api.stop();
  await suspendService(net.deps, order);
  await until(() => !session.isUp);
  await until(async () => (await first(serviceId))?.state === 'acknowledged');
  await target.api.listen();
});

test('a removal whose answer is lost is found done on the next look', async () => {
  const { session, serviceId, order } = await online();
  target.router.listener.faults.isSilent = true;
  target.api.faults.losesAnswerOf = '/ppp/active/remove';
  await suspendService(net.deps, order);
  await until(() => !session.isUp, 8_000);
  target.api.faults.losesAnswerOf = undefined;
  await until(async () => (await first(serviceId))?.is_done === true, 12_000);
  expect(await first(serviceId)).toMatchObject({ kind: 'disconnect', state: 'acknowledged' });
}, 25_000);

test('a router that reboots between looking and removing loses no session of somebody else', async () => {
  const { session, order } = await online();
  target.router.listener.faults.isSilent = true;
  target.api.faults.cutsAt = '/ppp/active/remove';
  await suspendService(net.deps, order);
  await until(() => target.api.commands.includes('/ppp/active/remove'), 8_000);
  expect(session.isUp).toBe(true);
  // The reboot: the first session afterwards gets the id the old one had.
  target.router.powerCut();
  target.api.faults.cutsAt = undefined;
  const other = await target.router.dial(subscriber({ username: 'innocent', password: 'secret' }));
  await until(() => target.api.commands.filter((path) => path === '/ppp/active/print').length >= 2, 12_000);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(other.outcome === 'up' && other.session.isUp).toBe(true);
}, 30_000);
