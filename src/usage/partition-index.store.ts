import type { Queryable } from '../db/database.ts';

/** What the days that are over are asked for. Today's partition has no index: inserts pay for each one. */
const INDEX_COLUMNS = {
  accounting: 'service_id, received_at',
  auth_log: 'username, at',
} as const;

type DailyTable = keyof typeof INDEX_COLUMNS;

/** Rows may arrive a little after midnight. */
const SETTLED_AFTER = '1 hour';
/** A day of a large ISP has tens of millions of rows. */
const DEADLINE_MS = 30 * 60_000;

/** Day partitions, oldest first, that are over and have no index of ours yet. */
export async function unindexedDays(q: Queryable, table: DailyTable): Promise<string[]> {
  const rows = await q.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = to_regclass($1) and c.relname ~ ('^' || $1 || '_[0-9]{8}$')
       and to_date(right(c.relname, 8), 'YYYYMMDD') + 1 <= (now() - $2::interval) at time zone 'UTC'
       and not exists (select 1 from pg_class x join pg_index d on d.indexrelid = x.oid
         where d.indrelid = c.oid and x.relname = c.relname || '_read_idx')
     order by 1`,
    [table, SETTLED_AFTER],
  );
  return rows.map((row) => row.name);
}

/** Builds the index of one day; all of it or nothing. Nobody writes to that day any more. */
export async function indexDay(q: Queryable, table: DailyTable, partition: string): Promise<void> {
  await q.query(
    `create index if not exists "${partition}_read_idx" on "${partition}" (${INDEX_COLUMNS[table]})`,
    [],
    {
      prepare: false,
      deadlineMs: DEADLINE_MS,
    },
  );
}
