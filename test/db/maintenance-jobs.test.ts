import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { pruneEnforcementsJob } from '../../src/network/enforcement/prune-enforcements.job.ts';
import { pruneChangeLogJob } from '../../src/platform/events/prune-change-log.job.ts';
import { pruneRoleHealthJob } from '../../src/platform/health/prune-role-health.job.ts';
import { maintainPartitionsJob } from '../../src/usage/maintain-partitions.job.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { NetworkFixture } from './network-fixture.ts';

let database: TestDatabase;
let db: Database;
const signal = new AbortController().signal;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openLanePool({ url: database.url, lanes: 2, name: 'test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** The name of the partition of the day so many days ago. */
async function dayName(table: string, daysAgo: number): Promise<string> {
  const [row] = await db.query<{ name: string }>(
    `select $1 || '_' || to_char((now() at time zone 'UTC')::date - $2::int, 'YYYYMMDD') as name`,
    [table, daysAgo],
  );
  return row?.name ?? '';
}
const makeDays = (table: string, daysAgo: number, count: number) =>
  db.query(`select ensure_day_partitions($1, (now() at time zone 'UTC')::date - $2::int, $3::int)`, [
    table,
    daysAgo,
    count,
  ]);
const partitionsOf = async (table: string) =>
  (
    await db.query<{ name: string }>(
      `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass($1)`,
      [table],
    )
  ).map((row) => row.name);
const indexesOf = async (partition: string) =>
  (
    await db.query<{ indexdef: string }>('select indexdef from pg_indexes where tablename = $1', [partition])
  ).map((row) => row.indexdef);

describe('maintain-partitions', () => {
  it('drops days past their retention, keeps those within it, and makes the days to come', async () => {
    await makeDays('auth_log', 33, 4);
    await db.query(`drop table ${await dayName('auth_log', -8 + 1)}`, [], { prepare: false });
    const counts = await maintainPartitionsJob(db).run(signal);
    const left = await partitionsOf('auth_log');
    expect(counts).toMatchObject({ dropped: 3 });
    expect(left).not.toContain(await dayName('auth_log', 31));
    expect(left).toContain(await dayName('auth_log', 30));
    expect(left).toContain(await dayName('auth_log', -7));
    expect(left).toContain('auth_log_default');
  });

  it('follows the retention an operator chose', async () => {
    await makeDays('accounting', 64, 2);
    await db.query(
      `insert into isp_configurations (key, value, changed_by) values ('raw_accounting_retention_days', '63', 'test')`,
    );
    await maintainPartitionsJob(db).run(signal);
    const left = await partitionsOf('accounting');
    expect(left).not.toContain(await dayName('accounting', 64));
    expect(left).toContain(await dayName('accounting', 63));
  });

  it('indexes days that are over for their readers and leaves today without any index', async () => {
    await makeDays('auth_log', 3, 1);
    await makeDays('accounting', 3, 1);
    await maintainPartitionsJob(db).run(signal);
    expect(await indexesOf(await dayName('auth_log', 3))).toEqual([
      expect.stringContaining('(username, at)'),
    ]);
    expect(await indexesOf(await dayName('accounting', 3))).toEqual([
      expect.stringContaining('(service_id, received_at)'),
    ]);
    for (const table of ['auth_log', 'accounting']) {
      expect(await indexesOf(await dayName(table, 0))).toEqual([]);
      expect(await indexesOf(`${table}_default`)).toEqual([]);
    }
  });

  it('finds nothing to do when it is run again', async () => {
    expect(await maintainPartitionsJob(db).run(signal)).toEqual({ dropped: 0, indexed: 0, forgotten: 0 });
  });

  it('forgets usage the API was told long ago, and counters not told for as long', async () => {
    const told = async (key: string, daysAgo: number) => {
      await db.query(
        `insert into usage_events (service_id, at, upload, download, source_key, created_at)
         values (1, now(), 1, 1, $1::text, now() - make_interval(days => $2::int))`,
        [key, daysAgo],
      );
      await db.query(
        `insert into usage_counters (service_id, session_id, session_time_s, upload_octets, download_octets, last_at, told_at)
         values (1, $1::text, 1, 1, 1, now() - interval '500 days', now() - make_interval(days => $2::int))`,
        [key, daysAgo],
      );
    };
    for (const [key, daysAgo] of [
      ['old', 101],
      ['young', 50],
    ] as const)
      await told(key, daysAgo);
    const counts = await maintainPartitionsJob(db).run(signal);
    expect(counts).toMatchObject({ forgotten: 2 });
    expect(await db.query('select source_key from usage_events')).toEqual([{ source_key: 'young' }]);
    expect(await db.query('select session_id from usage_counters')).toEqual([{ session_id: 'young' }]);
  });
});

it('prune-change-log keeps a day', async () => {
  await db.query(
    `insert into change_log (kind, ids, created_at) values ('nas', '{1}', now() - interval '25 hours'), ('nas', '{2}', now() - interval '23 hours')`,
  );
  expect(await pruneChangeLogJob(db).run(signal)).toEqual({ deleted: 1 });
  const left = await db.query<{ ids: string }>(`select ids::text as ids from change_log where kind = 'nas'`);
  expect(left).toEqual([{ ids: '{2}' }]);
});

it('prune-role-health forgets roles silent for a day', async () => {
  await db.query(
    `insert into role_health (instance, role, host, pid, started_at, seen_at) values
       ('dead', 'radius', 'h', 1, now(), now() - interval '25 hours'),
       ('alive', 'radius', 'h', 2, now(), now() - interval '1 hour')`,
  );
  expect(await pruneRoleHealthJob(db).run(signal)).toEqual({ deleted: 1 });
  expect(await db.query('select instance from role_health')).toEqual([{ instance: 'alive' }]);
});

it('prune-enforcements forgets orders done a season ago, never one that is still to be done', async () => {
  const fixture = new NetworkFixture(db);
  await fixture.plan('home', '5M/20M');
  const serviceId = await fixture.service('ann');
  await db.query(
    `insert into enforcements (service_id, session_id, nas_id, kind, cause, state, created_at, done_at)
     select $1::bigint, n, 1, 'coa', 'speed', 'acknowledged', now() - interval '200 days',
       case n when 1 then now() - interval '91 days' when 2 then now() - interval '89 days' end
     from generate_series(1, 3) as n`,
    [serviceId],
  );
  expect(await pruneEnforcementsJob(db).run(signal)).toEqual({ deleted: 1 });
  const left = await db.query('select session_id::int as n from enforcements order by 1');
  expect(left).toEqual([{ n: 2 }, { n: 3 }]);
});
