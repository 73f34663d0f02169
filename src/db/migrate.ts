import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { productFile } from '../kernel/product-files.ts';
import type { Transaction } from './database.ts';
import { openLanePool } from './lane-pool.ts';

/**
 * Brings the database up to the newest committed migration, each in a transaction of its own, and
 * says how many it applied. Safe to run from several processes at once: they take turns. Rejects
 * when the database is newer than this program or a migration fails; nothing of that one remains.
 */
export async function migrate(options: {
  url: string;
  /** Folder made by drizzle-kit: NNNN_name.sql and meta/_journal.json. */
  folder?: string;
}): Promise<{ applied: number }> {
  const folder = options.folder ?? productFile('db/migrations');
  const migrations = readMigrationFiles({ migrationsFolder: folder });
  const db = openLanePool({ url: options.url, lanes: 1, name: 'netflow-migrate', deadlineMs });
  try {
    let applied = 0;
    while (await db.transaction((tx) => applyNext(tx, migrations))) applied++;
    return { applied };
  } finally {
    await db.close();
  }
}

/** Long enough for another process to rewrite a large table first. */
const deadlineMs = 600_000;

/** Any fixed number; the same in every process that migrates. */
const migrationLock = '7310984412';

/**
 * Applies the oldest migration that is missing; false when none is. The lock lives and dies with
 * the transaction, so a lost connection cannot leave two processes at work.
 */
async function applyNext(tx: Transaction, migrations: MigrationMeta[]): Promise<boolean> {
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [migrationLock]);
  const appliedMillis = await readAppliedMillis(tx);
  const newest = migrations.reduce((last, one) => Math.max(last, one.folderMillis), 0);
  if (appliedMillis > newest) {
    throw new Error(
      'The database was migrated by a newer version of this program; start that version, or restore a backup made before it.',
    );
  }
  const next = migrations.find((one) => one.folderMillis > appliedMillis);
  if (next !== undefined) await apply(tx, next);
  return next !== undefined;
}

/** Bookkeeping as drizzle-kit does it, so that its own commands agree with ours. */
async function readAppliedMillis(tx: Transaction): Promise<number> {
  await tx.query(
    `create schema if not exists drizzle;
     create table if not exists drizzle.__drizzle_migrations (
       id serial primary key, hash text not null, created_at numeric
     )`,
    [],
    { prepare: false },
  );
  const [row] = await tx.query<{ last: string | null }>(
    'select max(created_at) as last from drizzle.__drizzle_migrations',
  );
  return Number(row?.last ?? 0);
}

async function apply(tx: Transaction, migration: MigrationMeta): Promise<void> {
  for (const statement of migration.sql) {
    if (statement.trim() !== '') await tx.query(statement, [], { prepare: false });
  }
  await tx.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2::numeric)', [
    migration.hash,
    migration.folderMillis,
  ]);
}
