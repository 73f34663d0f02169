import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConnectionLossError, isConnectionLoss, violatedConstraint } from '../../src/db/constraint-errors.ts';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createEmptyDatabase();
  db = openLanePool({ url: database.url, lanes: 3, name: 'lane-pool-test' });
  await db.query('create table item (id bigint constraint item_pkey primary key, note text)');
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('values', () => {
  it.each<[string, string, unknown, unknown]>([
    ['an integer', 'int4', 42, 42],
    ['a double', 'float8', 1.5, 1.5],
    ['a bigint as text', 'int8', 9_007_199_254_740_993n, '9007199254740993'],
    ['a numeric as text', 'numeric', '12.3400', '12.3400'],
    ['a boolean', 'bool', false, false],
    ['a boolean given as text', 'bool', 'true', true],
    ['a null', 'int4', null, null],
    ['bytes', 'bytea', Buffer.from([0, 255, 92]), Buffer.from([0, 255, 92])],
    ['an instant', 'timestamptz', new Date('2026-02-28T23:59:59.123Z'), new Date('2026-02-28T23:59:59.123Z')],
    [
      'an instant given as text, in UTC',
      'timestamptz',
      '2026-03-01T02:00:00+02',
      new Date('2026-03-01T00:00:00Z'),
    ],
    ['a local date as text', 'date', '2024-02-29', '2024-02-29'],
    ['a local date from 1900', 'date', '1900-01-01', '1900-01-01'],
    ['a JSON object given as text', 'jsonb', '{"a":[1,"x"]}', { a: [1, 'x'] }],
    ['a JSON string, not JSON-ed twice', 'jsonb', '"12"', '12'],
    ['an array literal untouched', 'bigint[]', '{1,2}', '{1,2}'],
    ['an array of bigints', 'bigint[]', [1n, 2n], '{1,2}'],
    ['an array of awkward texts', 'text[]', ['a"b', 'c\\d', 'NULL', ''], '{"a\\"b","c\\\\d","NULL",""}'],
    ['an array with a null', 'text[]', ['a', null], '{a,NULL}'],
    ['text with every kind of quote', 'text', `o'"\\$1`, `o'"\\$1`],
  ])('%s goes out and comes back', async (_name, type, value, expected) => {
    const rows = await db.query(`select $1::${type} as value`, [value]);
    expect(rows).toEqual([{ value: expected }]);
    const unprepared = await db.query(`select $1::${type} as value`, [value], { prepare: false });
    expect(unprepared).toEqual([{ value: expected }]);
  });

  it('a timestamp keeps its microseconds in SQL though a Date cannot', async () => {
    const [row] = await db.query('select extract(microseconds from $1::timestamptz) as us', [
      '2026-01-01T00:00:01.123456Z',
    ]);
    expect(row).toEqual({ us: '1123456' });
  });

  it.each([
    ['undefined', undefined],
    ['a plain object', { a: 1 }],
  ])('%s as a parameter is refused before anything is sent', async (_name, value) => {
    expect(await failureOf(db.query('select $1::jsonb', [value]))).toBeInstanceOf(TypeError);
  });

  it('several statements in one text run when they are not prepared', async () => {
    await db.query('create temp table a1 (x int); drop table a1', [], { prepare: false });
    expect(await db.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('transaction', () => {
  it('commits what its work wrote and hands back its result', async () => {
    const result = await db.transaction(async (tx) => {
      await tx.query(`insert into item values (1, 'kept')`);
      return 'done';
    });
    expect(result).toBe('done');
    expect(await db.query('select note from item where id = 1')).toEqual([{ note: 'kept' }]);
  });

  it('rolls back when its work throws, and passes the error on', async () => {
    const error = await failureOf(
      db.transaction(async (tx) => {
        await tx.query('insert into item values (2)');
        throw new RangeError('no');
      }),
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(await db.query('select 1 from item where id = 2')).toEqual([]);
  });

  it('rejects when its work swallowed a failed statement, since nothing was committed', async () => {
    const error = await failureOf(
      db.transaction(async (tx) => {
        await tx.query('insert into item values (3)');
        await failureOf(tx.query('insert into item values (3)'));
      }),
    );
    expect(violatedConstraint(error)).toBe('item_pkey');
    expect(await db.query('select 1 from item where id = 3')).toEqual([]);
  });

  it('refuses statements once it has ended', async () => {
    const leaked = await db.transaction(async (tx) => tx);
    expect(await failureOf(leaked.query('select 1'))).toBeInstanceOf(TypeError);
  });

  it('runs statements issued together one after the other', async () => {
    const sums = await db.transaction((tx) =>
      Promise.all([1, 2, 3, 4].map((n) => tx.query(`select ${n} + $1::int as sum`, [n]))),
    );
    expect(sums.flat()).toEqual([{ sum: 2 }, { sum: 4 }, { sum: 6 }, { sum: 8 }]);
  });

  it('rejects at its deadline although its work never ends', async () => {
    const error = await failureOf(db.transaction(() => new Promise(() => {}), { deadlineMs: 100 }));
    expect(isConnectionLoss(error)).toBe(true);
  });

  it('BEGIN as a query is refused and leaves no lane inside a transaction', async () => {
    expect(await failureOf(db.query('begin'))).toBeInstanceOf(TypeError);
    // The lane of the deadline test before may take a moment to be seen as gone.
    await vi.waitFor(
      async () => {
        const stuck = await db.query(
          `select pid from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
        );
        expect(stuck).toEqual([]);
      },
      { timeout: 10_000 },
    );
  });
});

describe('copyIn', () => {
  it('writes all rows at once and resolves after they are committed', async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `${1_000 + i}\tcopied ${i}\n`);
    await db.copyIn('copy item from stdin', lines.join(''));
    expect(await db.query(`select count(*)::int as n from item where note like 'copied%'`)).toEqual([
      { n: 5_000 },
    ]);
  });

  it('writes nothing at all when one row breaks a constraint', async () => {
    const error = await failureOf(db.copyIn('copy item from stdin', '9001\ta\n9001\tb\n'));
    expect(violatedConstraint(error)).toBe('item_pkey');
    expect(await db.query('select 1 from item where id = 9001')).toEqual([]);
  });

  it.each([
    ['a malformed row', 'copy item from stdin', 'x\ty\n'],
    ['an unknown table', 'copy nowhere from stdin', '1\n'],
    ['a statement that copies nothing', 'select 1', '1\n'],
  ])('%s rejects and the lane stays usable', async (_name, text, payload) => {
    const before = await backendPids();
    expect(await failureOf(db.copyIn(text, payload))).toBeInstanceOf(Error);
    expect(await backendPids()).toEqual(expect.arrayContaining(before));
  });

  it('an empty payload copies no rows', async () => {
    await expect(db.copyIn('copy item from stdin', '')).resolves.toBeUndefined();
  });

  async function backendPids(): Promise<unknown[]> {
    return db.query(
      `select pid from pg_stat_activity where application_name = 'lane-pool-test' and datname = current_database() order by pid`,
    );
  }
});

describe('close', () => {
  it('lets calls in flight finish and refuses new ones', async () => {
    const other = openLanePool({ url: database.url, lanes: 1, name: 'closing' });
    const first = other.query(`select 'first' as it, pg_sleep(0.1)`);
    const waiting = other.query(`select 'second' as it`);
    const closed = other.close();
    const late = await failureOf(other.query('select 1'));
    expect(late).toBeInstanceOf(ConnectionLossError);
    expect(await waiting).toEqual([{ it: 'second' }]);
    expect((await first)[0]).toMatchObject({ it: 'first' });
    await closed;
    expect(await db.query(`select 1 from pg_stat_activity where application_name = 'closing'`)).toEqual([]);
  });
});
