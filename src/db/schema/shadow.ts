import { sql } from 'drizzle-orm';
import { check, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { amount, bytea, createdAt, inet, instant } from '../columns.ts';
import { nas } from './network.ts';

/**
 * A NAS that is not live yet (docs/decisions/0014). `shadow`: its logins are answered by the old server, ours are
 * compared with them; `accounting_only`: its logins are left to another server of the router. No row: live.
 */
export const nasShadow = pgTable(
  'nas_shadow',
  {
    nasId: amount('nas_id')
      .primaryKey()
      .references(() => nas.id, { onDelete: 'cascade' }),
    mode: text('mode').notNull(),
    server: inet('server'),
    authPort: integer('auth_port').notNull().default(1812),
    acctPort: integer('acct_port').notNull().default(1813),
    secretEnc: bytea('secret_enc'),
    timeoutMs: integer('timeout_ms').notNull().default(2500),
    createdAt: createdAt(),
  },
  (t) => [
    check('nas_shadow_mode', sql`${t.mode} in ('shadow', 'accounting_only')`),
    check(
      'nas_shadow_server',
      sql`${t.mode} <> 'shadow' or (${t.server} is not null and ${t.secretEnc} is not null)`,
    ),
    check('nas_shadow_timeout', sql`${t.timeoutMs} between 300 and 30000`),
  ],
);

/** How the last login of a name would have differed from what the old server answered. */
export const shadowComparisons = pgTable(
  'shadow_comparisons',
  {
    nasId: amount('nas_id')
      .notNull()
      .references(() => nas.id, { onDelete: 'cascade' }),
    username: text('username').notNull(),
    outcome: text('outcome').notNull(),
    differences: text('differences').array().notNull().default([]),
    ours: jsonb('ours').notNull().default({}),
    theirs: jsonb('theirs').notNull().default({}),
    count: integer('count').notNull().default(1),
    lastAt: instant('last_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.nasId, t.username] }),
    check('shadow_comparisons_outcome', sql`${t.outcome} in ('same', 'different', 'silent')`),
  ],
);
