import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { amount, bytea, createdAt, id, instant } from '../columns.ts';

/** Where events are told to; no topics means all of them. */
export const webhookEndpoints = pgTable('webhook_endpoints', {
  id: id(),
  url: text('url').notNull(),
  description: text('description'),
  secretEnc: bytea('secret_enc').notNull(),
  topics: text('topics').array().notNull(),
  disabledAt: instant('disabled_at'),
  version: integer('version').notNull().default(1),
  createdAt: createdAt(),
});

/** One event on its way to one endpoint, and how it went; waiting while neither delivered nor given up. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: id(),
    endpointId: amount('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    outboxId: amount('outbox_id'),
    topic: text('topic').notNull(),
    body: jsonb('body').notNull(),
    status: text('status').notNull().default('waiting'),
    attempts: integer('attempts').notNull().default(0),
    nextAt: instant('next_at').notNull().default(sql`now()`),
    responseStatus: integer('response_status'),
    responseMs: integer('response_ms'),
    lastError: text('last_error'),
    createdAt: createdAt(),
    endedAt: instant('ended_at'),
  },
  (t) => [
    unique('webhook_deliveries_event_key').on(t.endpointId, t.outboxId),
    index('webhook_deliveries_waiting_idx').on(t.nextAt).where(sql`${t.status} = 'waiting'`),
    index('webhook_deliveries_endpoint_idx').on(t.endpointId, t.id),
    index('webhook_deliveries_created_idx').on(t.createdAt),
  ],
);
