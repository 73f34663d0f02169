import type { Queryable } from '../../db/database.ts';
import type { Change, ChangeKind, LogLook } from './change.ts';
import { ChangePosition } from './change-position.ts';

const PAGE_SIZE = 1_000;

/** Where a reader begins who then reads the data itself: entries of transactions still under way are ahead of it. */
export async function beginReading(q: Queryable): Promise<ChangePosition> {
  const [row] = await q.query<{ xid: string }>(`select pg_snapshot_xmin(pg_current_snapshot())::text as xid`);
  return new ChangePosition(BigInt(row.xid));
}

/** The entries a reader has not taken yet, by number; `position.take` notes them. */
export async function changesAfter(q: Queryable, position: ChangePosition): Promise<LogLook> {
  const rows = await q.query<{
    seq: string | null;
    kind: ChangeKind;
    ids: string;
    origin: string | null;
    oldest: string;
  }>(
    `select l.seq, l.kind, l.ids::text as ids, l.origin, now.oldest
     from (select pg_snapshot_xmin(pg_current_snapshot())::text as oldest) now left join lateral (
       select seq, kind, ids, origin from change_log
       where seq > $1::bigint and xid >= $2::xid8 and seq <> all ($3::bigint[]) order by seq limit $4::int
     ) l on true
     order by l.seq`,
    [position.safeSeq, position.floorXid.toString(), [...position.seen], PAGE_SIZE],
  );
  const changes: Change[] = [];
  for (const row of rows) {
    if (row.seq === null) continue;
    const ids = row.ids === '{}' ? [] : row.ids.slice(1, -1).split(',');
    changes.push({ seq: BigInt(row.seq), kind: row.kind, ids, origin: row.origin });
  }
  return {
    changes,
    oldestXid: BigInt(rows[0].oldest),
    isFull: changes.length >= PAGE_SIZE,
  };
}

/** An id above those of all transactions that have one (a snapshot's xmax is not: it only counts what has ended). */
export async function nextXid(q: Queryable): Promise<bigint> {
  const [row] = await q.query<{ xid: string }>(`select pg_current_xact_id()::text as xid`);
  return BigInt(row.xid);
}

/** Tells the RADIUS roles to read a service again whose row did not change, if it has live sessions they count for. */
export async function recordServiceChange(q: Queryable, id: string): Promise<void> {
  await q.query(
    `with told as (
       insert into change_log (kind, ids) select 'service', array[$1::bigint]
       where exists (select from sessions where service_id = $1::bigint and closed_at is null) returning 1)
     select pg_notify('netflow_changes', 'service') from told`,
    [id],
  );
}

/** Tells the other hosts of changed sessions. */
export async function recordSessionChanges(
  q: Queryable,
  origin: string,
  ids: readonly number[],
): Promise<void> {
  await q.query(`insert into change_log (kind, ids, origin) values ('session', $1::bigint[], $2)`, [
    `{${ids.join(',')}}`,
    origin,
  ]);
}

/** Drops entries every reader has long read; returns how many. */
export async function pruneChangeLog(q: Queryable, keepMinutes: number): Promise<number> {
  const rows = await q.query(
    `delete from change_log where created_at < now() - make_interval(mins => $1::int) returning seq`,
    [keepMinutes],
  );
  return rows.length;
}
