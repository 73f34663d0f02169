import type { Queryable } from '../../db/database.ts';
import type { ClaimOrder, RequestClaim } from './request-claim.ts';

/** A key as it is stored. */
export interface StoredKey {
  readonly route: string;
  readonly bodyHash: Buffer;
  readonly isDone: boolean;
  /** Sealed. */
  readonly response: Buffer | null;
}

/**
 * Makes this attempt the one that works on a key; false when there is another. What was never done and whose lease
 * has run out is taken over; what is older than `keepHours` counts as never sent.
 */
export async function insertClaim(
  q: Queryable,
  order: ClaimOrder,
  times: { readonly leaseMs: number; readonly keepHours: number },
): Promise<boolean> {
  const { actor, key, route, bodyHash, claim } = order;
  const rows = await q.query(
    `insert into idempotency_keys as k (actor, key, route, body_hash, claim, lease_until)
     values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6::float8 / 1000))
     on conflict (actor, key) do update set route = excluded.route, body_hash = excluded.body_hash,
       claim = excluded.claim, lease_until = excluded.lease_until, done_at = null, response = null, created_at = now()
     where (k.lease_until < now() and k.created_at < now() - make_interval(hours => $7::int))
       or (k.done_at is null and k.lease_until < now() and k.route = excluded.route
         and k.body_hash = excluded.body_hash)
     returning claim`,
    [actor, key, route, bodyHash, claim, times.leaseMs, times.keepHours],
  );
  return rows.length === 1;
}

/** A key as somebody claimed it before. */
export async function findKey(
  q: Queryable,
  { actor, key }: Pick<RequestClaim, 'actor' | 'key'>,
): Promise<StoredKey | undefined> {
  const [row] = await q.query<StoredKey>(
    `select route, body_hash as "bodyHash", done_at is not null as "isDone", response
     from idempotency_keys where actor = $1 and key = $2`,
    [actor, key],
  );
  return row;
}

/** Says inside the transaction of a use case that it is done; false when the attempt was taken over. */
export async function markDone(q: Queryable, { actor, key, claim }: RequestClaim): Promise<boolean> {
  const rows = await q.query(
    `update idempotency_keys set done_at = coalesce(done_at, now())
     where actor = $1 and key = $2 and claim = $3 returning key`,
    [actor, key, claim],
  );
  return rows.length === 1;
}

/** Keeps the sealed answer of an attempt. */
export async function keepResponse(
  q: Queryable,
  { actor, key, claim }: RequestClaim,
  response: Buffer,
): Promise<void> {
  await q.query(
    `update idempotency_keys set done_at = coalesce(done_at, now()), response = $4
     where actor = $1 and key = $2 and claim = $3`,
    [actor, key, claim, response],
  );
}

/** Lets a key go that came to nothing; one that is done stays. */
export async function releaseKey(q: Queryable, { actor, key, claim }: RequestClaim): Promise<void> {
  await q.query(
    `delete from idempotency_keys where actor = $1 and key = $2 and claim = $3 and done_at is null`,
    [actor, key, claim],
  );
}

/** Deletes keys older than so many hours; returns how many. */
export async function deleteOldKeys(q: Queryable, keepHours: number): Promise<number> {
  const rows = await q.query(
    `delete from idempotency_keys
     where created_at < now() - make_interval(hours => $1::int) and lease_until < now() returning key`,
    [keepHours],
  );
  return rows.length;
}
