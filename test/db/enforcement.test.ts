import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { insertEnforcement } from '../../src/network/enforcement/enforcement.store.ts';
import {
  type ClaimedEnforcement,
  claimEnforcements,
  disconnectInstead,
  finishEnforcement,
  retryEnforcement,
} from '../../src/network/enforcement/enforcement-delivery.store.ts';
import { serviceEventHandlers } from '../../src/network/enforcement/service-events.handler.ts';
import { repeatUnheeded } from '../../src/network/enforcement/unheeded.service.ts';
import type { Actor } from '../../src/platform/identity/actor.ts';
import { resumeService, suspendService } from '../../src/subscribers/services/lifecycle.service.ts';
import { setServiceSpeed } from '../../src/subscribers/speeds/speed.service.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { NetworkFixture } from './network-fixture.ts';

const choices = { onSuspended: 'reject', onExpired: 'reject', onDataCap: 'reject' } as const;
let own: TestDatabase;
let db: Database;
let net: NetworkFixture;
let nasId: string;
let serial = 0;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 4, name: 'test' });
  net = new NetworkFixture(db);
  await net.plan('home', '5M/20M');
  await net.plan('free', undefined);
  nasId = await net.router('tower-1', '127.0.0.31', 3799, 'a-secret-of-some-length');
});

beforeEach(async () => {
  await db.query('delete from enforcements');
  await db.query('delete from nas_contacts');
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

async function subscriberOnline(
  given: { grade?: string; stateVersion?: number; plan?: string } = {},
): Promise<{ serviceId: string; sessionId: string; order: { username: string; actor: Actor } }> {
  serial += 1;
  const username = `sub${serial}`;
  const serviceId = await net.service(username, given.plan ?? 'home');
  const sessionId = await net.session({
    nasId,
    serviceId,
    username,
    grade: given.grade ?? 'full',
    stateVersion: given.stateVersion ?? 1,
  });
  return { serviceId, sessionId, order: { username, actor: testActor } };
}

async function deliver(
  topic: string,
  serviceId: string,
  createdAt = new Date(Date.now() + 60_000),
): Promise<void> {
  const handlers = serviceEventHandlers({
    db,
    clock: systemClock,
    logger: net.logger,
    wallChoices: () => choices,
  });
  const delivery = { id: '1', topic, payload: { service_id: serviceId }, attempts: 1, createdAt };
  for (const handler of handlers) {
    if (handler.topics.includes(topic)) await handler.handle(delivery);
  }
}

/** As billing does it: one segment ends, the next begins, an hour ago; the session began a day ago. */
async function moveToPackage(serviceId: string, code: string): Promise<void> {
  await db.query(
    `update isp_service_segments set from_at = now() - interval '2 days', to_at = now() - interval '1 hour'
     where service_id = $1::bigint`,
    [serviceId],
  );
  await db.query(
    `insert into isp_service_segments (service_id, from_at, package_id, terms)
     select $1::bigint, now() - interval '1 hour', p.id, '{}' from isp_packages p where p.code = $2::text`,
    [serviceId, code],
  );
  await db.query(
    `update isp_services set state_version = 2, package_id = (select id from isp_packages where code = $2::text)
     where id = $1::bigint`,
    [serviceId, code],
  );
}

function claim(host = 'host-a', limit = 10): Promise<ClaimedEnforcement[]> {
  return claimEnforcements(db, { host, limit, takeOverMs: 10_000 });
}

describe('events become orders', () => {
  test('a suspension orders a Disconnect, once however often it is delivered', async () => {
    const { serviceId, sessionId, order } = await subscriberOnline();
    await suspendService(net.deps, order);
    await deliver('service.suspended', serviceId);
    await deliver('service.suspended', serviceId);
    expect(await net.enforcements(serviceId)).toMatchObject([
      { session_id: sessionId, kind: 'disconnect', cause: 'not_entitled', state: 'pending', tries: 0 },
    ]);
  });

  test('a suspension that was lifted before it was delivered orders nothing', async () => {
    const { serviceId, order } = await subscriberOnline();
    await suspendService(net.deps, order);
    await resumeService(net.deps, order);
    await deliver('service.suspended', serviceId);
    expect(await net.enforcements(serviceId)).toEqual([]);
  });

  test('a resumption cancels the Disconnect that waits', async () => {
    const { serviceId, order } = await subscriberOnline();
    await suspendService(net.deps, order);
    await deliver('service.suspended', serviceId);
    await resumeService(net.deps, order);
    await deliver('service.resumed', serviceId);
    expect(await net.enforcements(serviceId)).toMatchObject([{ state: 'gone', is_done: true }]);
  });

  test('a walled session is disconnected when its service is resumed', async () => {
    const { serviceId } = await subscriberOnline({ grade: 'walled' });
    await deliver('service.resumed', serviceId);
    expect(await net.enforcements(serviceId)).toMatchObject([
      { kind: 'disconnect', cause: 'out_of_walled_garden' },
    ]);
  });

  test('a new speed is a CoA with the full rate, the latest one only', async () => {
    const { serviceId, order } = await subscriberOnline();
    await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
    await deliver('service.speed_changed', serviceId);
    await setServiceSpeed(net.deps, { ...order, rateLimit: '2M/4M 4M/8M' });
    await deliver('service.speed_changed', serviceId);
    const rows = await net.enforcements(serviceId);
    expect(rows).toMatchObject([{ state: 'gone' }, { kind: 'coa', state: 'pending' }]);
    expect(rows[1].attributes).toEqual([{ name: 'Mikrotik-Rate-Limit', value: '2M/4M 4M/8M' }]);
  });

  test('a speed that became unlimited is a Disconnect', async () => {
    const { serviceId, order } = await subscriberOnline({ plan: 'free' });
    await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
    await setServiceSpeed(net.deps, { ...order, rateLimit: null });
    await deliver('service.speed_changed', serviceId);
    expect(await net.enforcements(serviceId)).toMatchObject([
      { kind: 'disconnect', cause: 'speed_unlimited' },
    ]);
  });

  test.each([
    ['of the same login terms', {}, {}, { kind: 'coa', cause: 'speed_changed' }],
    ['of another pool', { pool: 'fast' }, {}, { kind: 'disconnect', cause: 'login_terms_changed' }],
    ['of another address list', { addressList: 'vip' }, {}, { kind: 'disconnect' }],
    ['of another profile', { pppProfile: 'vip' }, {}, { kind: 'disconnect' }],
    ['of another IPv6 pool', { ipv6Pool: 'fast6' }, {}, { kind: 'disconnect' }],
    ['of another pool, with an address of its own', { pool: 'fast' }, { framed_ip: true }, { kind: 'coa' }],
  ] as const)('a package %s', async (title, terms, own, expected) => {
    const code = title.replace(/\W+/g, '-');
    await net.plan(code, '9M/9M', terms);
    const { serviceId } = await subscriberOnline();
    await moveToPackage(serviceId, code);
    if ('framed_ip' in own)
      await db.query(`update isp_services set framed_ip = '10.9.9.9' where id = $1::bigint`, [serviceId]);
    await deliver('service.package_changed', serviceId);
    expect(await net.enforcements(serviceId)).toMatchObject([expected]);
    const next = await net.session({ nasId, serviceId, grade: 'full', stateVersion: 2, begunS: 0 });
    await deliver('service.package_changed', serviceId);
    expect((await net.enforcements(serviceId)).filter((one) => one.session_id === next)).toEqual([]);
  });

  test('a session let in after the change needs no CoA', async () => {
    const { serviceId, order } = await subscriberOnline({ stateVersion: 2 });
    await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
    await deliver('service.speed_changed', serviceId);
    expect(await net.enforcements(serviceId)).toEqual([]);
  });

  test('a Disconnect by hand, delivered twice, does not reach the next session', async () => {
    const { serviceId, order } = await subscriberOnline();
    const recordedAt = new Date(Date.now() - 60_000);
    await deliver('service.disconnect_requested', serviceId, recordedAt);
    await db.query(`update enforcements set state = 'acknowledged', done_at = now() - interval '1 minute'`);
    await db.query('update sessions set closed_at = now() where service_id = $1::bigint', [serviceId]);
    await net.session({ nasId, serviceId, username: order.username });
    await deliver('service.disconnect_requested', serviceId, recordedAt);
    expect(await net.enforcements(serviceId)).toHaveLength(1);
  });

  test('closed sessions and other services are left alone', async () => {
    const one = await subscriberOnline();
    const other = await subscriberOnline();
    await db.query('update sessions set closed_at = now() where id = $1::bigint', [one.sessionId]);
    await deliver('service.disconnect_requested', one.serviceId);
    expect(await net.enforcements(one.serviceId)).toEqual([]);
    expect(await net.enforcements(other.serviceId)).toEqual([]);
  });

  test('an event that cannot be read is passed over', async () => {
    await expect(deliver('service.suspended', 'not-a-number')).resolves.toBeUndefined();
  });
});

describe('orders are taken', () => {
  async function order(sessionId: string, serviceId: string, kind: 'coa' | 'disconnect' = 'disconnect') {
    await insertEnforcement(db, { serviceId, sessionId, nasId, kind, cause: 'test', attributes: [] });
  }

  test('by one host each, with all that is needed to send them', async () => {
    const { serviceId, sessionId, order: service } = await subscriberOnline();
    await order(sessionId, serviceId);
    const [first, second] = await Promise.all([claim('host-a'), claim('host-b')]);
    expect([...first, ...second]).toMatchObject([
      {
        sessionId,
        tries: 1,
        session: { username: service.username, nasAddress: '127.0.0.31', isClosed: false },
        nas: { coaPort: 3799, timeoutMs: 60, tries: 3 },
      },
    ]);
    expect(await claim()).toEqual([]);
  });

  test('at most so many of one router at a time, so that it does not take the turn of the others', async () => {
    const other = await net.router(`tower-b${serial}`, '127.0.0.32', 3799, 'a-secret-of-some-length');
    for (const at of [nasId, nasId, nasId, other]) {
      const { serviceId, sessionId } = await subscriberOnline();
      const order = {
        serviceId,
        sessionId,
        nasId: at,
        kind: 'coa',
        cause: 'speed_changed',
        attributes: [],
      } as const;
      await insertEnforcement(db, order);
    }
    const share = { host: 'host-a', limit: 10, takeOverMs: 10_000, perNasMax: 2 };
    const first = await claimEnforcements(db, share);
    expect(first.map((one) => one.nasId)).toEqual([nasId, nasId, other]);
    const busy = new Map([[nasId, 2]]);
    expect(await claimEnforcements(db, { ...share, busy })).toEqual([]);
    busy.set(nasId, 1);
    expect(await claimEnforcements(db, { ...share, busy })).toHaveLength(1);
  });

  test('one at a time for a session: the second waits for the first', async () => {
    const { serviceId, sessionId } = await subscriberOnline();
    await order(sessionId, serviceId, 'coa');
    await order(sessionId, serviceId);
    const [first, ...more] = await claim();
    expect(more).toEqual([]);
    expect(first.kind).toBe('coa');
    expect(await claim()).toEqual([]);
    const { id, tries } = first;
    await finishEnforcement(db, { id, tries, host: 'host-a' }, 'acknowledged', {
      kind: undefined,
      words: 'ok',
      roundTripUs: 5,
    });
    expect(await claim()).toMatchObject([{ kind: 'disconnect' }]);
  });

  test('left for ten seconds to the host that heard the router last', async () => {
    const { serviceId, sessionId } = await subscriberOnline();
    await db.query(
      `insert into nas_contacts (nas_id, host, last_auth_at, last_acct_at)
       values ($1::bigint, 'host-a', null, now()), ($1::bigint, 'host-b', now() - interval '1 hour', null)`,
      [nasId],
    );
    await order(sessionId, serviceId);
    expect(await claim('host-b')).toEqual([]);
    await db.query(`update enforcements set next_try_at = now() - interval '11 seconds'`);
    expect(await claim('host-b')).toHaveLength(1);
  });

  test('again when their sender died, and its late answer then writes nothing', async () => {
    const { serviceId, sessionId } = await subscriberOnline();
    await order(sessionId, serviceId);
    const [first] = await claim('host-a');
    await db.query(
      `update enforcements set next_try_at = now() - interval '1 second' where id = $1::bigint`,
      [first.id],
    );
    const [second] = await claim('host-b');
    expect(second).toMatchObject({ id: first.id, tries: 2 });
    const late = { id: first.id, host: 'host-a', tries: 1 };
    expect(
      await finishEnforcement(db, late, 'acknowledged', { kind: undefined, words: 'late', roundTripUs: 1 }),
    ).toBe(false);
    expect(await net.enforcements(serviceId)).toMatchObject([{ state: 'sending', outcome: null }]);
  });

  test('a retry waits, unless a newer order for the session is there', async () => {
    const { serviceId, sessionId } = await subscriberOnline();
    await order(sessionId, serviceId);
    const [first] = await claim();
    await retryEnforcement(db, { id: first.id, host: 'host-a', tries: 1 }, 5_000, {
      kind: undefined,
      words: 'silence',
      roundTripUs: 9,
    });
    expect(await net.enforcements(serviceId)).toMatchObject([
      { state: 'pending', outcome: 'silence', is_done: false },
    ]);
    expect(await claim()).toEqual([]);
    await db.query('update enforcements set next_try_at = now()');
    const [again] = await claim();
    await order(sessionId, serviceId);
    await retryEnforcement(db, { id: again.id, host: 'host-a', tries: 2 }, 5_000, {
      kind: undefined,
      words: 'silence',
      roundTripUs: 9,
    });
    expect(await net.enforcements(serviceId)).toMatchObject([
      { state: 'gone', is_done: true },
      { state: 'pending', is_done: false },
    ]);
  });

  test('a CoA that failed is followed by a Disconnect for the same cause', async () => {
    const { serviceId, sessionId } = await subscriberOnline();
    await order(sessionId, serviceId, 'coa');
    const [first] = await claim();
    await disconnectInstead(db, { id: first.id, host: 'host-a', tries: 1 }, 'refused', {
      kind: undefined,
      words: '401',
      roundTripUs: 9,
    });
    expect(await net.enforcements(serviceId)).toMatchObject([
      { kind: 'coa', state: 'refused', outcome: '401', is_done: true },
      { kind: 'disconnect', cause: 'test', state: 'pending', is_done: false },
    ]);
  });
});

describe('a session that reports after its Disconnect was acknowledged', () => {
  async function acknowledged(
    cause: string,
    agoS: number,
  ): Promise<{ serviceId: string; sessionId: string; order: { username: string; actor: Actor } }> {
    const online = await subscriberOnline();
    const { serviceId, sessionId } = online;
    await insertEnforcement(db, { serviceId, sessionId, nasId, kind: 'disconnect', cause, attributes: [] });
    await db.query(
      `update enforcements set state = 'acknowledged', done_at = now() - make_interval(secs => $2::float8)
       where session_id = $1::bigint`,
      [sessionId, agoS],
    );
    return online;
  }
  const check = () =>
    repeatUnheeded({ db, clock: systemClock, logger: net.logger, wallChoices: () => choices });

  test('is disconnected again one interval later, and only once', async () => {
    const { serviceId } = await acknowledged('disconnect_requested', 301);
    expect(await check()).toBe(1);
    expect(await check()).toBe(0);
    expect(await net.enforcements(serviceId)).toMatchObject([
      { state: 'acknowledged' },
      { state: 'pending' },
    ]);
  });

  test('is not before an interval has passed: the report may have crossed the Disconnect', async () => {
    await acknowledged('disconnect_requested', 299);
    expect(await check()).toBe(0);
  });

  test('is disconnected again while its service is suspended, and left when it was resumed', async () => {
    const { serviceId, order } = await acknowledged('not_entitled', 400);
    await suspendService(net.deps, order);
    await check();
    expect(await net.enforcements(serviceId)).toHaveLength(2);
    const other = await acknowledged('not_entitled', 400);
    await check();
    expect(await net.enforcements(other.serviceId)).toHaveLength(1);
  });
});
