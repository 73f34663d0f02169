import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant } from '../columns.ts';

/**
 * One import: where it came from, what came of it, and whether it was undone. A dry run is kept as well, with what
 * each row would have become. `nas_id` has no foreign key: what a router gave stays known when it is gone.
 */
export const importRuns = pgTable(
  'import_runs',
  {
    id: id(),
    format: text('format').notNull(),
    source: text('source').notNull(),
    nasId: amount('nas_id'),
    isDryRun: boolean('is_dry_run').notNull(),
    actor: text('actor').notNull(),
    state: text('state').notNull().default('running'),
    counts: jsonb('counts').notNull().default({}),
    warnings: text('warnings').array().notNull().default([]),
    failure: text('failure'),
    createdAt: createdAt(),
    finishedAt: instant('finished_at'),
    undoneAt: instant('undone_at'),
    undoneBy: text('undone_by'),
  },
  (t) => [
    check('import_runs_state', sql`${t.state} in ('running', 'done', 'failed', 'undone')`),
    check('import_runs_dry_run_made_nothing', sql`not (${t.isDryRun} and ${t.state} = 'undone')`),
  ],
);

/** What became of each row of a source; never with its password. */
export const importRows = pgTable(
  'import_rows',
  {
    id: id(),
    runId: amount('run_id')
      .notNull()
      .references(() => importRuns.id, { onDelete: 'cascade' }),
    line: integer('line').notNull(),
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    action: text('action').notNull(),
    detail: text('detail'),
  },
  (t) => [
    index('import_rows_run_idx').on(t.runId, t.action, t.id),
    check('import_rows_action', sql`${t.action} in ('create', 'exists', 'differs', 'left')`),
  ],
);

/** What an import made, as ranges of ids: what its undoing may take away. */
export const importItems = pgTable(
  'import_items',
  {
    runId: amount('run_id')
      .notNull()
      .references(() => importRuns.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    firstId: amount('first_id').notNull(),
    lastId: amount('last_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.runId, t.kind, t.firstId] }),
    check('import_items_kind', sql`${t.kind} in ('service', 'customer', 'package', 'nas', 'session')`),
    check('import_items_range', sql`${t.lastId} >= ${t.firstId}`),
  ],
);
