import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea, createdAt, instant } from '../columns.ts';

/**
 * What became of a request somebody may send again (`Idempotency-Key`). `done_at` is set in the transaction of its
 * use case, so that a crash before `response` is stored never leads to doing it twice.
 */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    actor: text('actor').notNull(),
    key: text('key').notNull(),
    route: text('route').notNull(),
    bodyHash: bytea('body_hash').notNull(),
    claim: text('claim').notNull(),
    leaseUntil: instant('lease_until').notNull(),
    doneAt: instant('done_at'),
    response: bytea('response'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'idempotency_keys_key', columns: [t.actor, t.key] }),
    index('idempotency_keys_created_idx').on(t.createdAt),
  ],
);
