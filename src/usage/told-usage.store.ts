import type { Queryable } from '../db/database.ts';

const BATCH = 5_000;

/**
 * Forgets events told so many days ago by other sources than RADIUS, up to a batch of the oldest; answers whether
 * there may be more. Their octets stay where they were counted. Ids rise with time, so that only the oldest are read.
 */
export async function forgetUsageEvents(
  q: Queryable,
  keepDays: number,
): Promise<{ readonly forgotten: number; readonly isMore: boolean }> {
  const rows = await q.query(
    `with oldest as (select id, created_at from usage_events order by id limit $2::int)
     delete from usage_events e using oldest o
     where e.id = o.id and o.created_at < now() - make_interval(days => $1::int) returning 1`,
    [keepDays, BATCH],
  );
  return { forgotten: rows.length, isMore: rows.length === BATCH };
}

/** Forgets where the counters of sessions stand that were not told for so many days: those sessions have ended. */
export async function forgetUsageCounters(
  q: Queryable,
  keepDays: number,
): Promise<{ readonly forgotten: number; readonly isMore: boolean }> {
  const rows = await q.query(
    `with ended as (
       select service_id, session_id from usage_counters
       where told_at < now() - make_interval(days => $1::int) limit $2::int for update skip locked)
     delete from usage_counters c using ended e
     where c.service_id = e.service_id and c.session_id = e.session_id returning 1`,
    [keepDays, BATCH],
  );
  return { forgotten: rows.length, isMore: rows.length === BATCH };
}
