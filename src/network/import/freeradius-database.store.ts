import type { Queryable } from '../../db/database.ts';

/** The tables of FreeRADIUS that are read of a running database, with the key they are paged by; '' = read whole. */
export const RADIUS_TABLES = [
  ['radcheck', 'id'],
  ['radreply', 'id'],
  ['radgroupcheck', 'id'],
  ['radgroupreply', 'id'],
  ['radusergroup', ''],
  ['userinfo', 'id'],
  ['nas', 'id'],
  ['radacct', 'radacctid'],
] as const;

export type RadiusTable = (typeof RADIUS_TABLES)[number];

/** Which of the tables there are. */
export async function presentTables(q: Queryable): Promise<RadiusTable[]> {
  const rows = await q.query<{ name: string }>(
    `select name from unnest($1::text[]) as name where to_regclass(name) is not null`,
    [RADIUS_TABLES.map(([name]) => name)],
  );
  const present = new Set(rows.map(({ name }) => name));
  return RADIUS_TABLES.filter(([name]) => present.has(name));
}

/** A page of a table, every value as text, after a key. */
export async function tablePage(
  q: Queryable,
  [table, key]: RadiusTable,
  page: { readonly after: string; readonly limit: number },
): Promise<{ readonly key: string; readonly row: Readonly<Record<string, string | null>> }[]> {
  const paging = key === '' ? '' : `where t.${key} > $1::bigint order by t.${key} limit $2::int`;
  return q.query(
    `select ${key === '' ? `'0'` : `t.${key}::text`} as key,
       (select json_object_agg(name, value) from json_each_text(row_to_json(t)) as e (name, value)) as row
     from ${table} t ${paging}`,
    key === '' ? [] : [page.after, page.limit],
    { prepare: false, deadlineMs: 60_000 },
  );
}
