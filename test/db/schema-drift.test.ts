import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DrizzleSnapshotJSON, generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database, Queryable } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts';

const source = join(import.meta.dirname, '..', '..', 'src', 'db');

/** What only custom SQL in a migration can make, so that src/db/schema does not have it. */
const madeByCustomSql = [
  /^table (accounting|auth_log)(_default|_\d{8})?\b/,
  /^table isp_service_segments constraint isp_service_segments_no_overlap /,
  /^table isp_billing_cycles constraint isp_billing_cycles_no_overlap /,
  /^table ledger_entries constraint ledger_entries_balanced /,
];

const databases: TestDatabase[] = [];
const pools: Database[] = [];
let migrated: Database;
let wanted: readonly string[] = [];

beforeAll(async () => {
  migrated = await open(createTestDatabase());
  wanted = await catalogOf(await databaseOfSchema());
});

afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await Promise.all(databases.map((database) => database.drop()));
});

it('the migrations make exactly the tables, columns, constraints and indexes of src/db/schema', async () => {
  expect(wanted).toContain('table nas column name text not null');
  expect(await catalogOf(migrated)).toEqual(wanted);
});

it.each([
  ['a column of another type', 'alter table nas alter column name type varchar(40)'],
  ['a column that may be null', 'alter table nas alter column name drop not null'],
  ['another default', `alter table isp_services alter column status set default 'active'`],
  ['a column too many', 'alter table nas add column colour text'],
  ['a table too few', 'drop table isp_usage_logs'],
  ['a constraint too few', 'alter table isp_services drop constraint isp_services_status'],
  [
    'an index without its condition',
    'drop index sessions_open_idx; create index sessions_open_idx on sessions (nas_id)',
  ],
])('%s is seen', async (_, change) => {
  const undo = new Error('undo');
  const look = async (tx: Queryable): Promise<never> => {
    await tx.query(change, [], { prepare: false });
    expect(await catalogOf(tx)).not.toEqual(wanted);
    throw undo;
  };
  await expect(migrated.transaction(look)).rejects.toBe(undo);
});

it('the newest snapshot is that of src/db/schema, so that the next migration holds only what is new', async () => {
  const snapshot = readdirSync(join(source, 'migrations', 'meta'))
    .filter((name) => name.endsWith('_snapshot.json'))
    .sort()
    .at(-1);
  const text = readFileSync(join(source, 'migrations', 'meta', snapshot ?? ''), 'utf8');
  const newest: DrizzleSnapshotJSON = JSON.parse(text);
  expect(await generateMigration(newest, generateDrizzleJson(await schema()))).toEqual([]);
});

/** A database with the tables of src/db/schema as drizzle-kit would make them from nothing. */
async function databaseOfSchema(): Promise<Database> {
  const db = await open(createEmptyDatabase());
  const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(await schema()));
  for (const statement of statements) await db.query(statement, [], { prepare: false });
  return db;
}

/** Everything exported by the files of src/db/schema. */
async function schema(): Promise<Record<string, unknown>> {
  const folder = join(source, 'schema');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(files.map((name) => import(pathToFileURL(join(folder, name)).href)));
  return Object.assign({}, ...modules);
}

async function open(made: Promise<TestDatabase>): Promise<Database> {
  const database = await made;
  databases.push(database);
  const pool = openLanePool({ url: database.url, lanes: 1, name: 'netflow-test' });
  pools.push(pool);
  return pool;
}

/** One line for each table, column, constraint and index that src/db/schema should have, in PostgreSQL's words. */
async function catalogOf(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ line: string }>(`
    with tables as (
      select oid, relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    )
    select format('table %s', relname) as line from tables
    union all
    select concat_ws(' ', 'table', relname, 'column', attname, format_type(atttypid, atttypmod),
      case when attnotnull then 'not null' end, 'identity ' || nullif(attidentity::text, ''),
      'default ' || pg_get_expr(adbin, adrelid))
    from tables join pg_attribute on attrelid = tables.oid and attnum > 0 and not attisdropped
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    union all
    select format('table %s constraint %s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
    from tables join pg_constraint on conrelid = tables.oid and contype <> 'n'
    union all
    select format('table %s index %s', relname, pg_get_indexdef(indexrelid))
    from tables join pg_index on indrelid = tables.oid
    where not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
    order by line`);
  return rows.map(({ line }) => line).filter((line) => !madeByCustomSql.some((one) => one.test(line)));
}
