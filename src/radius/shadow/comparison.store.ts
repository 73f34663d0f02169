import type { Queryable } from '../../db/database.ts';
import type { Comparison } from './comparison.ts';

/** Keeps how logins compared, one row for each name, which the last login decides. */
export async function putComparisons(q: Queryable, comparisons: readonly Comparison[]): Promise<void> {
  await q.query(
    `insert into shadow_comparisons as c (nas_id, username, outcome, differences, ours, theirs, last_at)
     select r.nas_id, r.username, r.outcome, string_to_array(r.differences, ','), r.ours::jsonb, r.theirs::jsonb, r.last_at
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
       as r (nas_id, username, outcome, differences, ours, theirs, last_at)
     where exists (select from nas_shadow s where s.nas_id = r.nas_id)
     on conflict (nas_id, username) do update set outcome = excluded.outcome, differences = excluded.differences,
       ours = excluded.ours, theirs = excluded.theirs, last_at = excluded.last_at, count = c.count + 1`,
    [
      comparisons.map((one) => one.nasId),
      comparisons.map((one) => one.username.replaceAll('\0', '\ufffd')),
      comparisons.map((one) => one.outcome),
      comparisons.map((one) => one.differences.join(',')),
      comparisons.map((one) => JSON.stringify(one.ours).replaceAll('\\u0000', '')),
      comparisons.map((one) => JSON.stringify(one.theirs ?? {}).replaceAll('\\u0000', '')),
      comparisons.map((one) => new Date(one.atMs)),
    ],
  );
}
