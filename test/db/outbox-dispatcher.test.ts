import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { ServiceId } from '../../src/kernel/ids.ts';
import {
  claimDeliveries,
  markDelivered,
  postponeDelivery,
  pruneDelivered,
} from '../../src/platform/events/delivery.store.ts';
import {
  type Delivery,
  type Dispatcher,
  type EventHandler,
  openDispatcher,
} from '../../src/platform/events/dispatcher.service.ts';
import { serviceEvent } from '../../src/platform/events/event.ts';
import { recordEvent } from '../../src/platform/events/outbox.store.ts';
import type { Logger } from '../../src/platform/logger.port.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let own: TestDatabase;
let db: Database;
const open: Dispatcher[] = [];

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 6, name: 'test' });
});

beforeEach(() => db.query('delete from outbox'));

afterEach(async () => {
  await Promise.all(open.splice(0).map((dispatcher) => dispatcher.stop()));
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

function dispatch(handlers: readonly EventHandler[]): Dispatcher {
  const dispatcher = openDispatcher({ db, handlers, logger, clock: systemClock });
  open.push(dispatcher);
  return dispatcher;
}

async function record(...ids: number[]): Promise<void> {
  await db.transaction(async (tx) => {
    for (const id of ids) await recordEvent(tx, serviceEvent('service.suspended', String(id) as ServiceId));
  });
}

async function undone(): Promise<{ attempts: number; last_error: string | null }[]> {
  return db.query('select attempts, last_error from outbox where done_at is null order by id');
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const startedMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedMs > 5_000) throw new Error('It did not happen in time.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function collector(topics = ['service.suspended']): EventHandler & { seen: Delivery[] } {
  const seen: Delivery[] = [];
  return { name: 'collector', topics, seen, handle: async (delivery) => void seen.push(delivery) };
}

test('an event reaches every handler of its topic once it is committed, and no other', async () => {
  const [first, second, other] = [collector(), collector(), collector(['service.resumed'])];
  const dispatcher = dispatch([first, second, other]);
  await record(7);
  dispatcher.wake();
  await until(async () => (await undone()).length === 0);
  expect(first.seen).toMatchObject([
    { topic: 'service.suspended', payload: { service_id: '7' }, attempts: 1 },
  ]);
  expect(second.seen).toHaveLength(1);
  expect(other.seen).toEqual([]);
});

test('an event nobody handles is done with', async () => {
  await record(7);
  dispatch([]);
  await until(async () => (await undone()).length === 0);
});

test('a handler that throws gets the event again later, and what went wrong is kept', async () => {
  await record(7);
  let calls = 0;
  dispatch([
    {
      name: 'shaky',
      topics: ['service.suspended'],
      handle: async () => {
        calls += 1;
        if (calls === 1) throw new Error('no luck');
      },
    },
  ]);
  await until(async () => (await undone())[0]?.last_error === 'shaky: no luck');
  await until(async () => (await undone()).length === 0);
  expect(calls).toBe(2);
  expect(await db.query('select attempts, last_error from outbox')).toEqual([
    { attempts: 2, last_error: null },
  ]);
});

test('one failing event holds no other up', async () => {
  await record(1, 2, 3);
  const seen: string[] = [];
  dispatch([
    {
      name: 'picky',
      topics: ['service.suspended'],
      handle: async ({ payload }) => {
        if (JSON.stringify(payload).includes('"2"')) throw new Error('not this one');
        seen.push(JSON.stringify(payload));
      },
    },
  ]);
  await until(async () => (await undone()).length === 1);
  expect(seen).toHaveLength(2);
});

test('two dispatchers share a thousand events without delivering one twice', async () => {
  await record(...Array.from({ length: 1_000 }, (_, i) => i + 1));
  const [one, two] = [collector(), collector()];
  dispatch([one]);
  dispatch([two]);
  await until(async () => (await undone()).length === 0);
  const ids = [...one.seen, ...two.seen].map(({ id }) => id);
  expect(ids).toHaveLength(1_000);
  expect(new Set(ids).size).toBe(1_000);
  expect(one.seen.length).toBeGreaterThan(0);
  expect(two.seen.length).toBeGreaterThan(0);
});

test('what a dispatcher took and did not finish is delivered again after its lease', async () => {
  await record(7);
  expect(await claimDeliveries(db, { limit: 5, leaseMs: 2_000 })).toHaveLength(1);
  expect(await claimDeliveries(db, { limit: 5, leaseMs: 2_000 })).toEqual([]);
  let again: Awaited<ReturnType<typeof claimDeliveries>> = [];
  await until(async () => {
    again = await claimDeliveries(db, { limit: 5, leaseMs: 2_000 });
    return again.length > 0;
  });
  expect(again).toMatchObject([{ attempts: 2 }]);
});

test('a late failure report does not revive an event that is done', async () => {
  await record(7);
  const [claimed] = await claimDeliveries(db, { limit: 1, leaseMs: 1_000 });
  await markDelivered(db, [claimed.id]);
  await postponeDelivery(db, { id: claimed.id, delayMs: 0, error: 'late' });
  expect(await claimDeliveries(db, { limit: 1, leaseMs: 1_000 })).toEqual([]);
});

test('events delivered long ago are deleted, waiting ones never', async () => {
  await record(1, 2, 3);
  await db.query(
    `update outbox set done_at = now() - interval '8 days' where payload ->> 'service_id' = '1'`,
  );
  await db.query(
    `update outbox set done_at = now() - interval '6 days' where payload ->> 'service_id' = '2'`,
  );
  await db.query(`update outbox set created_at = now() - interval '30 days'`);
  expect(await pruneDelivered(db, { keepDays: 7, limit: 100 })).toBe(1);
  expect(await db.query('select id from outbox')).toHaveLength(2);
});
