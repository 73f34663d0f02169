import type { Queryable } from '../../db/database.ts';

/** What sort of thing changed; its ids are those of its table. */
export type ChangeKind = 'service' | 'plan' | 'nas' | 'setting' | 'session';

/** One entry of the change log. */
export interface Change {
  readonly seq: string;
  readonly kind: ChangeKind;
  readonly ids: readonly string[];
  readonly origin: string | null;
}

/** Where a reader stands: everything up to it is known. */
export async function changeLogHead(q: Queryable): Promise<string> {
  const [row] = await q.query<{ seq: string }>(
    `select coalesce(min(seq) filter (where xid >= pg_snapshot_xmin(pg_current_snapshot())) - 1, max(seq), 0) as seq
     from change_log`,
  );
  return row.seq;
}

/**
 * The visible entries after `safe`, and the new safe position: below it no transaction is still under way, so that
 * an entry that commits late is read later and never skipped. Entries above it may be read again.
 */
export async function changesAfter(q: Queryable, safe: string): Promise<{ changes: Change[]; safe: string }> {
  const rows = await q.query<{
    seq: string;
    kind: ChangeKind;
    ids: string;
    origin: string | null;
    settled: boolean;
  }>(
    `select seq, kind, ids::text as ids, origin, xid < pg_snapshot_xmin(pg_current_snapshot()) as settled
     from change_log where seq > $1::bigint order by seq limit 1000`,
    [safe],
  );
  let position = safe;
  for (const row of rows) {
    if (!row.settled) break;
    position = row.seq;
  }
  const changes = rows.map((row) => ({
    seq: row.seq,
    kind: row.kind,
    ids: row.ids === '{}' ? [] : row.ids.slice(1, -1).split(','),
    origin: row.origin,
  }));
  return { changes, safe: position };
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
