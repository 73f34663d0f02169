import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import type { Change } from '../../src/platform/events/change.ts';
import { openChangeFeed } from '../../src/platform/events/change-feed.service.ts';
import { recordSessionChanges } from '../../src/platform/events/change-log.store.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { silentLogger } from '../support/silent-logger.ts';

let own: TestDatabase;
let db: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 4, name: 'test' });
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

/** A feed that keeps the ids it was told, in order. */
async function follow(options: { failures?: number } = {}) {
  const applied: string[] = [];
  let failures = options.failures ?? 0;
  let resyncs = 0;
  const feed = await openChangeFeed({
    db,
    logger: silentLogger,
    resync: async () => {
      resyncs += 1;
    },
    apply: async (changes: readonly Change[]) => {
      failures -= 1;
      if (failures >= 0) throw new Error('The reader stumbled.');
      applied.push(...changes.flatMap(({ ids }) => ids));
    },
  });
  return { feed, applied, resyncs: () => resyncs };
}

async function eventually(isTrue: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isTrue() && waitedMs < 5_000; waitedMs += 10) await sleep(10);
  expect(isTrue()).toBe(true);
}

/** One change of session `id`; resolves when it is written, commits when released. */
function changeInTransaction(id: number, before = 'select 1') {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let written = (): void => undefined;
  const isWritten = new Promise<void>((resolve) => {
    written = resolve;
  });
  const committed = db.transaction(async (tx) => {
    await tx.query(before);
    await recordSessionChanges(tx, 'elsewhere', [id]);
    written();
    await held;
  });
  const commit = (): typeof committed => {
    release();
    return committed;
  };
  return { isWritten, commit };
}

test('a change that commits after a later numbered one is not skipped', async () => {
  const { feed, applied } = await follow();
  // The first transaction has the lower id, the second draws the lower number and commits last.
  const older = db.transaction(async (tx) => {
    await tx.query('select pg_current_xact_id()');
    const late = changeInTransaction(501);
    await late.isWritten;
    await recordSessionChanges(tx, 'elsewhere', [502]);
    return late;
  });
  const late = await older;
  feed.wake();
  await eventually(() => applied.includes('502'));
  await sleep(700);
  await late.commit();
  feed.wake();
  await eventually(() => applied.includes('501'));
  await feed.stop();
  expect(applied).toEqual(['502', '501']);
});

test('a change under way while the feed begins is read once it commits', async () => {
  const late = changeInTransaction(601);
  await late.isWritten;
  await recordSessionChanges(db, 'elsewhere', [602]);
  const { feed, applied } = await follow();
  await late.commit();
  await eventually(() => applied.includes('601'));
  await feed.stop();
});

test('more changes than a page holds are all read while an old transaction is under way', async () => {
  const { feed, applied } = await follow();
  const old = changeInTransaction(701, 'select pg_current_xact_id()');
  await old.isWritten;
  await db.query(
    `insert into change_log (kind, ids, origin) select 'session', array[n], 'elsewhere' from generate_series(10001, 12500) n`,
  );
  feed.wake();
  await eventually(() => applied.length === 2_500);
  await old.commit();
  await eventually(() => applied.includes('701'));
  await feed.stop();
  expect(new Set(applied).size).toBe(2_501);
});

test('changes whose application fails are applied again', async () => {
  const { feed, applied } = await follow({ failures: 1 });
  await recordSessionChanges(db, 'elsewhere', [801]);
  feed.wake();
  await eventually(() => applied.includes('801'));
  await feed.stop();
});

test('after the listening connection was lost everything is read anew', async () => {
  const { feed, resyncs } = await follow();
  expect(resyncs()).toBe(1);
  feed.reconnected();
  await eventually(() => resyncs() === 2);
  await feed.stop();
});
