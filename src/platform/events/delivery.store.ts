import type { Queryable } from '../../db/database.ts';

/** One event on its way to its handlers. */
export interface Delivery {
  readonly id: string;
  readonly topic: string;
  readonly payload: unknown;
  /** Counts this delivery: 1 the first time. */
  readonly attempts: number;
  /** When the event was written, by the database's clock. */
  readonly createdAt: Date;
}

/**
 * Takes up to `limit` waiting events for `leaseMs`; hosts never take the same one. An event not marked done by
 * the end of its lease (its dispatcher died) is waiting again.
 */
export async function claimDeliveries(
  db: Queryable,
  { limit, leaseMs }: { limit: number; leaseMs: number },
): Promise<Delivery[]> {
  const rows = await db.query<DeliveryRow>(
    `with due as (
       select id from outbox where done_at is null and next_at <= now()
       order by next_at, id limit $1::int for update skip locked
     )
     update outbox set attempts = attempts + 1, next_at = now() + make_interval(secs => $2::float8 / 1000)
     from due where outbox.id = due.id
     returning outbox.id, topic, payload, attempts, created_at`,
    [limit, leaseMs],
  );
  return rows
    .map((row) => ({
      id: String(row.id),
      topic: row.topic,
      payload: row.payload,
      attempts: row.attempts,
      createdAt: row.created_at,
    }))
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

/** Ends the delivery of these events. */
export async function markDelivered(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query('update outbox set done_at = now(), last_error = null where id = any($1::bigint[])', [ids]);
}

/** Lets a failed event wait before its next delivery and keeps what went wrong. */
export async function postponeDelivery(
  db: Queryable,
  { id, delayMs, error }: { id: string; delayMs: number; error: string },
): Promise<void> {
  await db.query(
    `update outbox set next_at = now() + make_interval(secs => $2::float8 / 1000), last_error = $3::text
     where id = $1::bigint and done_at is null`,
    [id, delayMs, error],
  );
}

/** Deletes up to `limit` events delivered longer than `keepDays` ago; returns how many. */
export async function pruneDelivered(
  db: Queryable,
  { keepDays, limit }: { keepDays: number; limit: number },
): Promise<number> {
  const rows = await db.query(
    `delete from outbox where id in (
       select id from outbox where done_at < now() - make_interval(days => $1::int) order by id limit $2::int
     ) returning id`,
    [keepDays, limit],
  );
  return rows.length;
}

interface DeliveryRow {
  readonly id: string;
  readonly topic: string;
  readonly payload: unknown;
  readonly attempts: number;
  readonly created_at: Date;
}
