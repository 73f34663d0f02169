import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: Database;
let folder: string;

beforeEach(async () => {
  database = await createEmptyDatabase();
  db = openLanePool({ url: database.url, lanes: 1, name: 'migrate-test' });
  folder = mkdtempSync(join(tmpdir(), 'netflow-migrations-'));
});

afterEach(async () => {
  await db.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A folder as drizzle-kit writes it. */
function commit(...migrations: string[]): void {
  const entries = migrations.map((_, idx) => ({
    idx,
    version: '7',
    when: 1_700_000_000_000 + idx,
    tag: `000${idx}_step`,
    breakpoints: true,
  }));
  mkdirSync(join(folder, 'meta'), { recursive: true });
  writeFileSync(
    join(folder, 'meta/_journal.json'),
    JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
  );
  for (const [idx, sql] of migrations.entries()) writeFileSync(join(folder, `000${idx}_step.sql`), sql);
}

const run = (): Promise<{ applied: number }> => migrate({ url: database.url, folder });

const FIRST = 'create table a (id int);\n--> statement-breakpoint\ninsert into a values (1), (2);';
const SECOND = `create function twice(n int) returns int language sql as $$ select n * 2; $$;
--> statement-breakpoint
update a set id = twice(id);`;

it('applies every migration once, in order, and only the new ones later', async () => {
  commit(FIRST);
  expect(await run()).toEqual({ applied: 1 });
  commit(FIRST, SECOND);
  expect(await run()).toEqual({ applied: 1 });
  expect(await run()).toEqual({ applied: 0 });
  expect(await db.query('select id from a order by id')).toEqual([{ id: 2 }, { id: 4 }]);
});

it('several processes at once take turns and apply each migration once', async () => {
  commit(FIRST, SECOND);
  const results = await Promise.all([run(), run(), run(), run()]);
  expect(results.reduce((sum, { applied }) => sum + applied, 0)).toBe(2);
  expect(await db.query('select count(*)::int as n from a')).toEqual([{ n: 2 }]);
});

it('a migration that fails leaves nothing of itself, keeps those before it and frees the lock', async () => {
  commit(FIRST, 'create table b (id int);\n--> statement-breakpoint\nselect 1 / 0;');
  await expect(run()).rejects.toThrow('division by zero');
  expect(
    await db.query(`select to_regclass('a') is not null as a, to_regclass('b') is not null as b`),
  ).toEqual([{ a: true, b: false }]);
  commit(FIRST, 'create table b (id int);');
  expect(await run()).toEqual({ applied: 1 });
});

it('refuses a database that a newer version has migrated', async () => {
  commit(FIRST, SECOND);
  await run();
  commit(FIRST);
  await expect(run()).rejects.toThrow('migrated by a newer version');
});

it('takes over the bookkeeping of drizzle-kit', async () => {
  commit(FIRST);
  await run();
  const [row] = await db.query('select hash, created_at from drizzle.__drizzle_migrations');
  expect(row).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), created_at: '1700000000000' });
});
