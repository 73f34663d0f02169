import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { type Listener, openListener } from '../../src/db/listener.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: Database;
const open: Listener[] = [];

beforeAll(async () => {
  database = await createEmptyDatabase();
  db = openLanePool({ url: database.url, lanes: 1, name: 'notifier' });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.close()));
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

/** A listener that writes down what it is told. */
function hear(
  channel: string,
  url = database.url,
): { heard: string[]; connected: () => number; listener: Listener } {
  const heard: string[] = [];
  let connected = 0;
  const listener = openListener({
    url,
    channel,
    onNotify: (payload) => heard.push(payload),
    onConnected: () => connected++,
  });
  open.push(listener);
  return { heard, connected: () => connected, listener };
}

const terminate = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name like 'netflow-listen%'`;

it('hears what is notified on its channel after a commit, and nothing else', async () => {
  const ear = hear('changes');
  await expect.poll(ear.connected).toBe(1);
  await db.query(`select pg_notify('other', 'x')`);
  await db.transaction(async (tx) => {
    await tx.query(`select pg_notify('changes', '1')`);
    expect(ear.heard).toEqual([]);
  });
  await expect.poll(() => ear.heard).toEqual(['1']);
});

it('takes a channel whose name needs quoting', async () => {
  const ear = hear('Odd "name"');
  await expect.poll(ear.connected).toBe(1);
  await db.query('select pg_notify($1::text, $2::text)', ['Odd "name"', 'zażółć']);
  await expect.poll(() => ear.heard).toEqual(['zażółć']);
});

it('comes back each time its connection is killed, and says so, since notices were missed', async () => {
  const ear = hear('changes');
  for (let times = 1; times <= 4; times++) {
    await expect.poll(ear.connected).toBe(times);
    expect(ear.listener.isConnected).toBe(true);
    await db.query(`select pg_notify('changes', $1::text)`, [String(times)]);
    await expect.poll(() => ear.heard.length).toBe(times);
    await db.query(terminate);
  }
  expect(ear.heard).toEqual(['1', '2', '3', '4']);
});

it('keeps trying while there is no database, without calling it connected', async () => {
  const url = new URL(database.url);
  url.port = '1';
  const ear = hear('changes', url.toString());
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(ear.connected()).toBe(0);
  expect(ear.listener.isConnected).toBe(false);
});

it('once closed it neither hears nor reconnects', async () => {
  const ear = hear('changes');
  await expect.poll(ear.connected).toBe(1);
  await ear.listener.close();
  await db.query(`select pg_notify('changes', 'late')`);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(ear.heard).toEqual([]);
  expect(ear.connected()).toBe(1);
  expect(
    await db.query(`select 1 from pg_stat_activity where application_name = 'netflow-listen changes'`),
  ).toEqual([]);
});

it('closing while it still connects leaves no connection behind', async () => {
  const ear = hear('closing');
  await ear.listener.close();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(ear.connected()).toBe(0);
  expect(
    await db.query(`select 1 from pg_stat_activity where application_name = 'netflow-listen closing'`),
  ).toEqual([]);
});
