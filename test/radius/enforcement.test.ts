import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { type Listener, openListener } from '../../src/db/listener.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { PlanId } from '../../src/kernel/ids.ts';
import { type Enforcer, openEnforcer } from '../../src/network/enforcement/enforcement.service.ts';
import { reconcileSessions } from '../../src/network/enforcement/enforcement-of-many.service.ts';
import { serviceEventHandlers } from '../../src/network/enforcement/service-events.handler.ts';
import { rotateNasSecret } from '../../src/network/nas/nas-secret.service.ts';
import { type Dispatcher, openDispatcher } from '../../src/platform/events/dispatcher.service.ts';
import type { Actor } from '../../src/platform/identity/actor.ts';
import { type DynauthClient, openDynauth } from '../../src/radius/dynauth/dynauth.adapter.ts';
import { SimulatedRouter } from '../../src/simulator/router.ts';
import type { SimulatedSession } from '../../src/simulator/session.ts';
import { subscriber } from '../../src/simulator/subscriber.ts';
import { changePlan } from '../../src/subscribers/catalog/catalog.service.ts';
import { setServiceCredentials } from '../../src/subscribers/services/credentials.service.ts';
import {
  requestDisconnect,
  resumeService,
  suspendService,
} from '../../src/subscribers/services/lifecycle.service.ts';
import { setServiceSpeed } from '../../src/subscribers/speeds/speed.service.ts';
import { NetworkFixture, until } from '../db/network-fixture.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { TinyServer } from './tiny-server.ts';

const SECRET = 'a-secret-of-some-length';
const ADDRESS = '127.0.0.23';
let own: TestDatabase;
let db: Database;
let net: NetworkFixture;
let server: TinyServer;
let router: SimulatedRouter;
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
  const wallChoices = () => ({ onSuspended: 'reject', onExpired: 'reject', onDataCap: 'reject' }) as const;
  const common = { db, clock: systemClock, logger: net.logger, wallChoices };
  dynauth = openDynauth();
  dispatcher = openDispatcher({ ...common, handlers: serviceEventHandlers(common) });
  enforcer = openEnforcer({ ...common, box: net.box, dynauth, host: 'host-a' });
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
  router = await SimulatedRouter.open({
    address: ADDRESS,
    identity: 'tower-1',
    server: { host: '127.0.0.1', authPort: server.authPort, acctPort: server.acctPort },
    secret: SECRET,
    coaPort: 0,
  });
  await db.query('update nas set nas_identifier = $1::text where nas_identifier is null', [`old-${serial}`]);
  nasId = await net.router(`tower-${serial}`, ADDRESS, router.coaPort, SECRET);
});

afterEach(() => router.close());

afterAll(async () => {
  await dispatcher.stop();
  await enforcer.stop();
  await dynauth.close();
  await listener.close();
  server.close();
  await db.close();
  await own.drop();
});

/** A subscriber who is in, on the router and in the database. */
async function online(grade = 'full'): Promise<{
  session: SimulatedSession;
  sessionId: string;
  serviceId: string;
  order: { username: string; actor: Actor };
}> {
  serial += 1;
  const username = `sub${serial}`;
  const serviceId = await net.service(username);
  const result = await router.dial(subscriber({ username, password: 'secret' }));
  if (result.outcome !== 'up') throw new Error('The session is not up.');
  const { session } = result;
  const sessionId = await net.session({
    nasId,
    serviceId,
    username,
    grade,
    acctSessionId: session.acctSessionId,
    nasAddress: ADDRESS,
    framedIp: session.framedIp,
    stateVersion: 1,
  });
  return { session, sessionId, serviceId, order: { username, actor: testActor } };
}

const states = async (serviceId: string): Promise<string[]> =>
  (await net.enforcements(serviceId)).map((row) => `${row.kind} ${row.state}`);

test('a suspension ends the live session after its commit', async () => {
  const { session, serviceId, order } = await online();
  await suspendService(net.deps, order);
  await until(() => !session.isUp);
  await until(async () => (await states(serviceId))[0] === 'disconnect acknowledged');
  const [row] = await net.enforcements(serviceId);
  expect(row).toMatchObject({ tries: 1, outcome: 'Disconnect-ACK.', is_done: true });
  expect(row.round_trip_us).toBeGreaterThan(0);
  expect(row.round_trip_us).toBeLessThan(1_000_000);
});

test('a resumption ends a walled session, so that it dials in again without the wall', async () => {
  const { session, order } = await online('walled');
  await suspendService(net.deps, order);
  await until(() => !session.isUp);
  const next = await online('walled');
  await db.query(`update isp_services set status = 'suspended', reason = 'admin' where id = $1::bigint`, [
    next.serviceId,
  ]);
  await db.query(
    `insert into service_holds (service_id, cause, since_at) values ($1::bigint, 'admin', now())`,
    [next.serviceId],
  );
  await resumeService(net.deps, next.order);
  await until(() => !next.session.isUp);
});

test('a new speed reaches the live session by CoA without ending it, and the session counts as up to date', async () => {
  const { session, sessionId, serviceId, order } = await online();
  await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M 2M/4M 1M/2M 8/8' });
  await until(() => session.terms.rateLimit?.uploadBps === 1_000_000);
  await until(async () => (await net.sessionRow(sessionId)).state_version === 2);
  expect(session.isUp).toBe(true);
  expect(await states(serviceId)).toEqual(['coa acknowledged']);
});

test('a Disconnect by hand ends the session, whatever the service says; it may dial in again', async () => {
  const { session, order } = await online();
  await requestDisconnect(net.deps, order);
  await until(() => !session.isUp);
  expect((await router.dial(session.subscriber)).outcome).toBe('up');
});

test('a new password changes nothing for the live session', async () => {
  const { session, serviceId, order } = await online();
  await setServiceCredentials(net.deps, { ...order, change: { password: 'another-password' } });
  await until(async () => {
    const rows = await db.query(`select 1 from outbox where done_at is null`);
    return rows.length === 0;
  });
  expect(session.isUp).toBe(true);
  expect(await net.enforcements(serviceId)).toEqual([]);
});

test('a session the router does not know becomes uncertain and is not closed', async () => {
  const { session, sessionId, serviceId, order } = await online();
  await router.hangUp(session);
  await suspendService(net.deps, order);
  await until(async () => (await states(serviceId))[0] === 'disconnect gone');
  await until(async () => (await net.sessionRow(sessionId)).uncertain_at !== null);
  expect(await net.sessionRow(sessionId)).toMatchObject({ closed_at: null, version: 2 });
  expect((await net.enforcements(serviceId))[0].outcome).toContain('503');
});

test('a CoA the router refuses is followed by a Disconnect', async () => {
  const { session, serviceId, order } = await online();
  router.listener.faults.nakWith = 401;
  await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
  await until(() => router.listener.received.length > 0);
  router.listener.faults.nakWith = undefined;
  await until(() => !session.isUp);
  await until(async () => (await states(serviceId))[1] === 'disconnect acknowledged');
  expect(await states(serviceId)).toEqual(['coa refused', 'disconnect acknowledged']);
});

test('an unreachable router leaves the order pending and visible, and gets it when it is back', async () => {
  const { session, serviceId, order } = await online();
  router.listener.faults.isSilent = true;
  await suspendService(net.deps, order);
  await until(async () => (await net.enforcements(serviceId))[0]?.outcome?.includes('No answer') === true);
  expect(await net.enforcements(serviceId)).toMatchObject([
    { kind: 'disconnect', state: 'pending', is_done: false },
  ]);
  expect(session.isUp).toBe(true);
  router.listener.faults.isSilent = false;
  await until(() => !session.isUp, 8_000);
  await until(async () => (await states(serviceId))[0] === 'disconnect acknowledged');
}, 15_000);

test('a router that drops what is not signed obeys the second try, and from then on the first', async () => {
  const [slow, quick] = [await online(), await online()];
  router.listener.faults.demandsSignature = true;
  await suspendService(net.deps, slow.order);
  await until(() => !slow.session.isUp, 8_000);
  await until(async () => (await states(slow.serviceId))[0] === 'disconnect acknowledged');
  await setServiceSpeed(net.deps, { ...quick.order, rateLimit: '1M/2M' });
  await until(() => quick.session.terms.rateLimitText === '1M/2M');
  await until(async () => (await states(quick.serviceId))[0] === 'coa acknowledged');
  expect((await net.enforcements(quick.serviceId))[0]?.tries).toBe(1);
}, 15_000);

test('while a secret is being rotated, a router that still has the old one is reached', async () => {
  const { session, serviceId, order } = await online();
  await rotateNasSecret(
    { db, box: net.box },
    { name: await nasName(), actor: testActor, secret: 'the-new-secret-of-length' },
  );
  await suspendService(net.deps, order);
  await until(() => !session.isUp);
  await until(async () => (await states(serviceId))[0] === 'disconnect acknowledged');
});

test('a secret that cannot be read is an outcome people can see, and the order stands', async () => {
  const { session, serviceId, order } = await online();
  await db.query(`update nas set secret_enc = '\\x00'::bytea where id = $1::bigint`, [nasId]);
  await suspendService(net.deps, order);
  await until(async () => (await net.enforcements(serviceId))[0]?.outcome?.includes('APP_KEY') === true);
  expect(await states(serviceId)).toEqual(['disconnect pending']);
  expect(session.isUp).toBe(true);
});

test('an order whose session has ended meanwhile is done without a datagram', async () => {
  const { sessionId, serviceId } = await online();
  await db.query('update sessions set closed_at = now() where id = $1::bigint', [sessionId]);
  await db.query(
    `insert into enforcements (service_id, session_id, nas_id, kind, cause)
     values ($1::bigint, $2::bigint, $3::bigint, 'disconnect', 'test')`,
    [serviceId, sessionId, nasId],
  );
  await until(async () => (await states(serviceId))[0] === 'disconnect gone');
  expect(router.listener.received).toEqual([]);
});

test('a hundred sessions are ended at once, each once', async () => {
  const all = await Promise.all(Array.from({ length: 100 }, () => online()));
  await Promise.all(all.map(({ order }) => suspendService(net.deps, order)));
  await until(() => router.sessions.size === 0, 15_000);
  const ids = all.map(({ serviceId }) => serviceId);
  await until(async () => {
    const rows = await db.query(
      `select 1 from enforcements where service_id = any($1::bigint[]) and state = 'acknowledged'`,
      [ids],
    );
    return rows.length === 100;
  }, 15_000);
  expect(
    await db.query('select 1 from enforcements where service_id = any($1::bigint[])', [ids]),
  ).toHaveLength(100);
}, 40_000);

async function nasName(): Promise<string> {
  const [row] = await db.query<{ name: string }>('select name from nas where id = $1::bigint', [nasId]);
  return row.name;
}

test('an edited package reaches every live session on it by CoA, without ending one', async () => {
  const lines = [await online(), await online(), await online()];
  const [plan] = await db.query<{ id: PlanId }>(`select id from isp_packages where code = 'home'`);
  const order = { id: plan?.id ?? ('0' as PlanId), actor: testActor };
  const deps = { db, checkAttribute: () => undefined };
  await changePlan(deps, { ...order, patch: { rateLimit: '7M/30M' } });
  await until(() => lines.every(({ session }) => session.terms.rateLimit?.uploadBps === 7_000_000));
  expect(lines.every(({ session }) => session.isUp)).toBe(true);
  await until(async () => (await states(lines[0]?.serviceId ?? '')).join() === 'coa acknowledged');
  await changePlan(deps, { ...order, patch: { rateLimit: '5M/20M' } });
  await until(() => lines.every(({ session }) => session.terms.rateLimit?.uploadBps === 5_000_000));
});

test('an edit that live sessions do not see orders nothing', async () => {
  const { serviceId } = await online();
  const [plan] = await db.query<{ id: PlanId }>(`select id from isp_packages where code = 'home'`);
  const order = { id: plan?.id ?? ('0' as PlanId), actor: testActor };
  await changePlan({ db, checkAttribute: () => undefined }, { ...order, patch: { price: 4_200n } });
  expect(
    await db.query(`select 1 from outbox where topic = 'package.terms_changed' and done_at is null`),
  ).toEqual([]);
  expect(await states(serviceId)).toEqual([]);
});

test('what no event brought about is found by comparing all live sessions, and nothing else is touched', async () => {
  await db.query('update sessions set closed_at = now() where closed_at is null');
  const good = await online();
  const over = await online();
  const slow = await online();
  const unknown = await online();
  await db.query('update sessions set grade = null, state_version = null where id = $1::bigint', [
    unknown.sessionId,
  ]);
  const nowMs = systemClock.nowMs();
  await db.query(`update isp_services set expires_at = $2::timestamptz where id = $1::bigint`, [
    over.serviceId,
    new Date(nowMs - 1_000),
  ]);
  await db.query(
    `update isp_services set rate_limit = '1M/1M', state_version = state_version + 1 where id = $1::bigint`,
    [slow.serviceId],
  );
  const choices = { onSuspended: 'reject', onExpired: 'reject', onDataCap: 'reject' } as const;
  const deps = { db, clock: systemClock };
  const found = await reconcileSessions(deps, { choices, signal: new AbortController().signal });
  expect(found.orders).toBe(2);
  await until(() => !over.session.isUp && slow.session.terms.rateLimit?.uploadBps === 1_000_000);
  expect(slow.session.isUp && good.session.isUp).toBe(true);
  expect(await states(good.serviceId)).toEqual([]);
  expect(await states(unknown.serviceId)).toEqual([]);
  await until(async () => (await states(slow.serviceId)).join() === 'coa acknowledged');
  await db.query('update sessions set closed_at = now() where id = $1::bigint', [over.sessionId]);
  expect(await reconcileSessions(deps, { choices, signal: new AbortController().signal })).toMatchObject({
    orders: 0,
  });
});
