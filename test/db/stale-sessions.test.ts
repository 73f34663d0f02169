import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import {
  type CloseStaleSessionsJob,
  closeStaleSessionsJob,
} from '../../src/network/sessions/close-stale-sessions.job.ts';
import { closeStale } from '../../src/network/sessions/stale-session.store.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { NetworkFixture } from './network-fixture.ts';

let own: TestDatabase;
let db: Database;
let net: NetworkFixture;
let nasId: string;
let otherNasId: string;
let aheadMs: number;
let job: CloseStaleSessionsJob;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 2, name: 'test' });
  net = new NetworkFixture(db);
  nasId = await net.router('tower-1', '127.0.0.31', 3799, 'a-secret-of-some-length');
  otherNasId = await net.router('tower-2', '127.0.0.32', 3799, 'a-secret-of-some-length');
});

beforeEach(async () => {
  await db.query('delete from sessions');
  await db.query('delete from nas_contacts');
  aheadMs = 0;
  const clock = { ...systemClock, nowMs: () => Date.now() + aheadMs };
  job = closeStaleSessionsJob({ db, clock, logger: net.logger });
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

/** The router is heard by accounting at the clock's present. */
async function heard(id: string): Promise<void> {
  await db.query(
    `insert into nas_contacts (nas_id, host, last_acct_at) values ($1::bigint, 'host-a', $2::timestamptz)
     on conflict (nas_id, host) do update set last_acct_at = excluded.last_acct_at`,
    [id, new Date(Date.now() + aheadMs)],
  );
}

/** Lets minutes pass with a run in each; `router` is heard in every one of them. */
async function minutes(count: number, router?: string) {
  let last = { silent: 0, doubted: 0, closed: 0 };
  let closed = 0;
  for (let minute = 0; minute < count; minute += 1) {
    aheadMs += 60_000;
    if (router !== undefined) await heard(router);
    last = { ...last, ...(await job.run()) };
    closed += last.closed;
  }
  return { ...last, closed };
}

test('a silent session is doubted first, and closed at its last event after two intervals of its router without it', async () => {
  const id = await net.session({ nasId, silentS: 961 });
  const before = await net.sessionRow(id);
  await heard(nasId);
  expect(await job.run()).toEqual({ silent: 1, doubted: 1, closed: 0 });
  expect(await net.sessionRow(id)).toMatchObject({ closed_at: null, version: 2 });
  expect((await minutes(9, nasId)).closed).toBe(0);
  expect((await minutes(2, nasId)).closed).toBe(1);
  expect(await net.sessionRow(id)).toMatchObject({
    closed_at: before.last_event_at,
    close_cause: 'stale',
    version: 3,
  });
});

test('a silent router never closes a session, however long', async () => {
  const id = await net.session({ nasId, silentS: 90_000 });
  await heard(otherNasId);
  expect(await job.run()).toEqual({ silent: 1, doubted: 1, closed: 0 });
  expect((await minutes(60, otherNasId)).closed).toBe(0);
  expect(await net.sessionRow(id)).toMatchObject({ closed_at: null, close_cause: null });
});

test('of a block of addresses each router speaks for its own sessions alone', async () => {
  const block = await net.router('block', '127.0.9.0/24', 3799, 'a-secret-of-some-length');
  const at = (nasAddress: string, silentS: number) => net.session({ nasId: block, nasAddress, silentS });
  const [cutOff, ended] = [await at('127.0.9.1', 9_000), await at('127.0.9.2', 9_000)];
  const alive = await at('127.0.9.2', 0);
  for (let minute = 0; minute < 15; minute += 1) {
    aheadMs += 60_000;
    await db.query('update sessions set last_report_at = $2::timestamptz where id = $1::bigint', [
      alive,
      new Date(Date.now() + aheadMs),
    ]);
    await heard(block);
    await job.run();
  }
  expect(await net.sessionRow(cutOff)).toMatchObject({ closed_at: null });
  expect(await net.sessionRow(ended)).toMatchObject({ close_cause: 'stale' });
});

test('what is left of a router that was removed is closed once it is doubted', async () => {
  const id = await net.session({ nasId: '999999', silentS: 961 });
  expect(await job.run()).toEqual({ silent: 1, doubted: 1, closed: 0 });
  expect((await minutes(1)).closed).toBe(1);
  expect(await net.sessionRow(id)).toMatchObject({ close_cause: 'stale' });
});

test('a router that comes back gets two intervals to report its sessions', async () => {
  const [dead, alive] = [
    await net.session({ nasId, silentS: 90_000 }),
    await net.session({ nasId, silentS: 90_000 }),
  ];
  await minutes(30);
  expect((await minutes(4, nasId)).closed).toBe(0);
  await db.query(
    `update sessions set last_report_at = $2::timestamptz, uncertain_at = null, version = version + 1
     where id = $1::bigint`,
    [alive, new Date(Date.now() + aheadMs)],
  );
  expect((await minutes(8, nasId)).closed).toBe(1);
  expect(await net.sessionRow(dead)).toMatchObject({ close_cause: 'stale' });
  expect(await net.sessionRow(alive)).toMatchObject({ closed_at: null, uncertain_at: null });
});

test('only silent sessions are touched', async () => {
  const fresh = await net.session({ nasId, silentS: 100 });
  const slow = await net.session({ nasId, silentS: 1_500, interimS: 600 });
  const silent = await net.session({ nasId, silentS: 1_500 });
  await heard(nasId);
  expect(await job.run()).toEqual({ silent: 1, doubted: 1, closed: 0 });
  expect(await net.sessionRow(fresh)).toMatchObject({ version: 1, uncertain_at: null });
  expect(await net.sessionRow(slow)).toMatchObject({ version: 1, uncertain_at: null });
  expect((await net.sessionRow(silent)).uncertain_at).not.toBeNull();
});

test('a session that was written meanwhile is left alone', async () => {
  const id = await net.session({ nasId, silentS: 9_000 });
  expect(await closeStale(db, [{ id, version: 7 }])).toBe(0);
  expect(await net.sessionRow(id)).toMatchObject({ closed_at: null, version: 1 });
});
