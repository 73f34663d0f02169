import type { Queryable } from '../../db/database.ts';

/** Deletes reports older than so many hours; returns how many. */
export async function deleteSilentRoles(q: Queryable, keepHours: number): Promise<number> {
  const rows = await q.query(
    `delete from role_health where seen_at < now() - make_interval(hours => $1::int) returning instance`,
    [keepHours],
  );
  return rows.length;
}
