import type { Queryable } from '../../db/database.ts';

/** Forgets orders done longer than `keepDays` ago, at most `limit`; answers how many. */
export async function forgetDoneEnforcements(
  q: Queryable,
  { keepDays, limit }: { readonly keepDays: number; readonly limit: number },
): Promise<number> {
  const rows = await q.query(
    `delete from enforcements where id in (
       select id from enforcements
       where done_at < now() - make_interval(days => $1::int)
       limit $2::int
       for update skip locked)
     returning 1 as gone`,
    [keepDays, limit],
  );
  return rows.length;
}
