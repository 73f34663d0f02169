import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConnectionLossError, isConnectionLoss } from '../../src/db/constraint-errors.ts';
import type { Database } from '../../src/db/database.ts';
import { type LanePoolOptions, openLanePool } from '../../src/db/lane-pool.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
const open: Database[] = [];

beforeAll(async () => {
  database = await createEmptyDatabase();
  await pool({ lanes: 1 }).query('create table item (id int primary key, note text)');
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((db) => db.close()));
});

afterAll(() => database.drop());

function pool(options: Partial<LanePoolOptions>): Database {
  const db = openLanePool({ url: database.url, lanes: 1, name: 'sharing', ...options });
  open.push(db);
  return db;
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a lane belongs to one caller', () => {
  it('no acknowledged row vanishes in the rollback of a transaction on the same lane', async () => {
    const db = pool({ lanes: 2 });
    const acknowledged: number[] = [];
    let next = 0;
    // Each asks again as soon as it is answered, so that calls arrive while others wait.
    const singles = Array.from({ length: 8 }, async () => {
      for (let id = next++; id < 600; id = next++) {
        await db.query('insert into item values ($1::int)', [id]);
        acknowledged.push(id);
      }
    });
    const rolledBack = Array.from({ length: 6 }, async (_, worker) => {
      for (let i = 0; i < 40; i++) {
        const undone = db.transaction(async (tx) => {
          await tx.query('insert into item values ($1::int)', [10_000 + worker * 100 + i]);
          throw new Error('undo');
        });
        expect(await failureOf(undone)).toMatchObject({ message: 'undo' });
      }
    });
    await Promise.all([...singles, ...rolledBack]);
    const [row] = await db.query<{ low: number; high: number }>(
      'select count(*) filter (where id < 10000)::int as low, count(*) filter (where id >= 10000)::int as high from item',
    );
    expect(acknowledged).toHaveLength(600);
    expect(row).toEqual({ low: 600, high: 0 });
  });

  it('no statement of another caller runs inside a transaction', async () => {
    const db = pool({ lanes: 3 });
    const work = Array.from({ length: 60 }, () =>
      db.transaction(async (tx) => {
        await tx.query(`select set_config('my.owner', txid_current()::text, true)`);
        await new Promise(setImmediate);
        const [row] = await tx.query(`select current_setting('my.owner') = txid_current()::text as same`);
        return row?.same;
      }),
    );
    const singles = Array.from({ length: 120 }, async () => {
      const [row] = await db.query(`select coalesce(current_setting('my.owner', true), '') = '' as same`);
      return row?.same;
    });
    expect(new Set(await Promise.all([...work, ...singles]))).toEqual(new Set([true]));
  });

  it('waiters are served in order of arrival, transactions and single statements alike', async () => {
    const db = pool({ lanes: 1 });
    const served: number[] = [];
    const calls = Array.from({ length: 90 }, async (_, i) => {
      if (i % 3 === 0) await db.transaction((tx) => tx.query('select 1'));
      else await db.query('select 1');
      served.push(i);
    });
    await Promise.all(calls);
    expect(served).toEqual(Array.from({ length: 90 }, (_, i) => i));
  });
});

describe('a deadline', () => {
  it('discards the lane, and the statement is given up by the server as well', async () => {
    const db = pool({ lanes: 1 });
    const watcher = pool({ lanes: 1, name: 'watcher' });
    await watcher.query(`insert into item values (-1, 'locked') on conflict do nothing`);
    await watcher.transaction(async (tx) => {
      await tx.query('select 1 from item where id = -1 for update');
      const [before] = await db.query('select pg_backend_pid() as pid');
      const error = await failureOf(db.query('delete from item where id = -1', [], { deadlineMs: 150 }));
      expect(error).toBeInstanceOf(ConnectionLossError);
      expect(error).toMatchObject({ isUnsent: false });
      const [after] = await db.query('select pg_backend_pid() as pid');
      expect(after?.pid).not.toBe(before?.pid);
      // The server looks for its client every 2 s.
      await expect
        .poll(() => db.query('select 1 from pg_stat_activity where pid = $1::int', [before?.pid]), {
          timeout: 6_000,
          interval: 200,
        })
        .toEqual([]);
    });
    expect(await db.query('select note from item where id = -1')).toEqual([{ note: 'locked' }]);
  }, 10_000);

  it('passed while waiting says that nothing was sent', async () => {
    const db = pool({ lanes: 1 });
    const busy = db.query('select pg_sleep(0.5)');
    const error = await failureOf(db.query('select 1', [], { deadlineMs: 100 }));
    expect(error).toMatchObject({ isUnsent: true });
    await busy;
  });
});

describe('a database out of reach', () => {
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** A port that behaves like a database that does not. */
  async function listening(onConnection: 'silent' | 'closing' | 'nobody'): Promise<string> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      if (onConnection === 'closing') socket.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    if (onConnection === 'nobody') await new Promise((resolve) => server.close(resolve));
    else servers.push(server);
    return `postgres://netflow:x@127.0.0.1:${port}/netflow`;
  }

  it.each([
    ['refuses connections', 'nobody'],
    ['closes every connection', 'closing'],
    ['never answers', 'silent'],
  ] as const)(
    'one that %s refuses calls within about a second, and later ones at once',
    async (_name, kind) => {
      const db = pool({ url: await listening(kind), lanes: 2, connectTimeoutMs: 400 });
      const begun = performance.now();
      const errors = await Promise.all([
        failureOf(db.query('select 1')),
        failureOf(db.transaction((tx) => tx.query('select 1'))),
        failureOf(db.copyIn('copy x from stdin', '')),
      ]);
      expect(performance.now() - begun).toBeLessThan(10_000);
      expect(errors.every(isConnectionLoss)).toBe(true);
      const again = performance.now();
      expect(await failureOf(db.query('select 1'))).toMatchObject({ isUnsent: true });
      // Sooner than a connection is given up: none was tried.
      expect(performance.now() - again).toBeLessThan(400);
    },
  );
});
