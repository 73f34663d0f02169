import type { Queryable } from '../db/database.ts';

/** Tables partitioned by the UTC day of receipt. */
export const DAILY_TABLES = ['accounting', 'auth_log'] as const;

const DAYS_AHEAD = 8;

/** Makes the partitions of today and the days to come; any number of hosts may do so at once. */
export async function ensurePartitions(q: Queryable): Promise<void> {
  for (const table of DAILY_TABLES) {
    await q.query(`select ensure_day_partitions($1, (now() at time zone 'UTC')::date, $2::int)`, [
      table,
      DAYS_AHEAD,
    ]);
  }
}

/** Drops the day partitions of a table that end before the retention; returns their names. */
export async function dropOldPartitions(q: Queryable, table: string, keepDays: number): Promise<string[]> {
  const rows = await q.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = to_regclass($1) and c.relname ~ ('^' || $1 || '_[0-9]{8}$')
       and to_date(right(c.relname, 8), 'YYYYMMDD') < (now() at time zone 'UTC')::date - $2::int
     order by 1`,
    [table, keepDays],
  );
  for (const { name } of rows)
    await q.query(`drop table "${name.replaceAll('"', '""')}"`, [], { prepare: false });
  return rows.map((row) => row.name);
}
