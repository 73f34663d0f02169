import { eq, sql } from 'drizzle-orm';
import { bigint, boolean, date, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bytea } from '../../src/db/columns.ts';
import { violatedConstraint } from '../../src/db/constraint-errors.ts';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { orm, prepared } from '../../src/db/orm.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';

const parent = pgTable('parent', { id: integer('id').primaryKey(), name: text('name') });
const child = pgTable('child', {
  id: integer('id').primaryKey(),
  name: text('name'),
  octets: bigint('octets', { mode: 'bigint' }),
  at: timestamp('at', { withTimezone: true }),
  dueOn: date('due_on'),
  isOpen: boolean('is_open'),
  secret: bytea('secret'),
  value: jsonb('value'),
  tags: text('tags').array(),
});

const row = {
  id: 1,
  name: 'child',
  octets: 2n ** 62n,
  at: new Date('2026-03-29T01:30:00.000Z'),
  dueOn: '2026-03-31',
  isOpen: false,
  secret: Buffer.from([0, 1, 254]),
  value: { nested: ['x', 1, null] },
  tags: ['a "b"', 'c,d'],
};

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createEmptyDatabase();
  db = openLanePool({ url: database.url, lanes: 2, name: 'orm-test' });
  await db.query('create table parent (id int constraint parent_pkey primary key, name text)');
  await db.query(`create table child (id int primary key, name text, octets bigint, at timestamptz,
    due_on date, is_open boolean, secret bytea, value jsonb, tags text[])`);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

it('every column type survives the way there and back', async () => {
  await orm(db).insert(child).values(row);
  expect(await orm(db).select().from(child).where(eq(child.id, 1))).toEqual([row]);
});

it.each([['"12"'], ['12'], ['null'], ['"{}"'], ['["1"]']])('the JSON value %s stays itself', async (json) => {
  const value: unknown = JSON.parse(json);
  await orm(db)
    .insert(child)
    .values({ id: 2, value })
    .onConflictDoUpdate({ target: child.id, set: { value } });
  const [found] = await orm(db).select({ value: child.value }).from(child).where(eq(child.id, 2));
  expect(found?.value).toEqual(value);
});

it('a join keeps columns of one name apart', async () => {
  await orm(db).insert(parent).values({ id: 1, name: 'parent' });
  const rows = await orm(db)
    .select({ parent: parent.name, child: child.name })
    .from(parent)
    .innerJoin(child, eq(child.id, parent.id));
  expect(rows).toEqual([{ parent: 'parent', child: 'child' }]);
});

it('inside a transaction it writes on that transaction', async () => {
  await db
    .transaction(async (tx) => {
      await orm(tx).insert(parent).values({ id: 7, name: 'undone' });
      throw new Error('undo');
    })
    .catch(() => {});
  expect(await orm(db).select().from(parent).where(eq(parent.id, 7))).toEqual([]);
});

it('a broken constraint is recognised through the error drizzle makes of it', async () => {
  const error: unknown = await orm(db)
    .insert(parent)
    .values({ id: 1, name: 'again' })
    .catch((caught: unknown) => caught);
  expect(violatedConstraint(error)).toBe('parent_pkey');
});

it('execute gives rows by column name', async () => {
  expect(await orm(db).execute(sql`select ${1}::int as one`)).toEqual([{ one: 1 }]);
});

it('a prepared query is built once for a database, and takes other values each time', async () => {
  let built = 0;
  const nameOf = prepared((on) => {
    built += 1;
    return on
      .select({ name: parent.name })
      .from(parent)
      .where(eq(parent.id, sql.placeholder('id')))
      .prepare('name_of');
  });
  await orm(db)
    .insert(parent)
    .values([
      { id: 71, name: 'ann' },
      { id: 72, name: 'bob' },
    ]);
  expect(await nameOf(db).execute({ id: 71 })).toEqual([{ name: 'ann' }]);
  expect(await nameOf(db).execute({ id: 72 })).toEqual([{ name: 'bob' }]);
  expect(built).toBe(1);
  const within = await db.transaction((tx) => nameOf(tx).execute({ id: 72 }));
  expect(within).toEqual([{ name: 'bob' }]);
});
