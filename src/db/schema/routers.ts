import { sql } from 'drizzle-orm';
import { boolean, check, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { amount, bytea, createdAt, id, instant } from '../columns.ts';
import { nas } from './network.ts';

/** How to reach the RouterOS API of a NAS. `fingerprint` is the SHA-256 of the certificate it must show. */
export const mikrotikConnections = pgTable(
  'mikrotik_connections',
  {
    id: id(),
    nasId: amount('nas_id')
      .notNull()
      .references(() => nas.id, { onDelete: 'cascade' }),
    host: text('host').notNull(),
    port: integer('port').notNull().default(8728),
    username: text('username').notNull(),
    passwordEnc: bytea('password_enc').notNull(),
    tls: boolean('tls').notNull().default(false),
    fingerprint: text('fingerprint'),
    fingerprintLearntAt: instant('fingerprint_learnt_at'),
    pollIntervalS: integer('poll_interval_s').notNull().default(60),
    createdAt: createdAt(),
  },
  (t) => [
    unique('mikrotik_connections_nas_key').on(t.nasId),
    unique('mikrotik_connections_address_key').on(t.host, t.port),
    check('mikrotik_connections_port', sql`${t.port} between 1 and 65535`),
    check('mikrotik_connections_poll', sql`${t.pollIntervalS} between 5 and 86400`),
  ],
);
