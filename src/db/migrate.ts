import { fileURLToPath } from 'node:url';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import type { Database, Transaction } from './database.ts';
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
  const folder = options.folder ?? fileURLToPath(new URL('./migrations', import.meta.url));
  const migrations = readMigrationFiles({ migrationsFolder: folder });
  // The session lock needs a connection that nobody else uses and that is not exchanged.
  const db = openLanePool({ url: options.url, lanes: 1, name: 'netflow-migrate', deadlineMs });
  try {
    return { applied: await applyUnderLock(db, migrations) };
  } finally {
    await db.close();
  }
}

/** Long enough for another process to rewrite a large table first. */
const deadlineMs = 600_000;

/** Any fixed number; the same in every process that migrates. */
const migrationLock = '7310984412';

async function applyUnderLock(db: Database, migrations: MigrationMeta[]): Promise<number> {
  await db.query('select pg_advisory_lock($1::bigint)', [migrationLock]);
  try {
    const appliedMillis = await readAppliedMillis(db);
    const newest = migrations.reduce((last, one) => Math.max(last, one.folderMillis), 0);
    if (appliedMillis > newest) {
      throw new Error(
        'The database was migrated by a newer version of this program; start that version, or restore a backup made before it.',
      );
    }
    const due = migrations.filter((one) => one.folderMillis > appliedMillis);
    for (const migration of due) await db.transaction((tx) => apply(tx, migration));
    return due.length;
  } finally {
    await db.query('select pg_advisory_unlock($1::bigint)', [migrationLock]).catch(() => {});
  }
}

/** Bookkeeping as drizzle-kit does it, so that its own commands agree with ours. */
async function readAppliedMillis(db: Database): Promise<number> {
  await db.query(
    `create schema if not exists drizzle;
     create table if not exists drizzle.__drizzle_migrations (
       id serial primary key, hash text not null, created_at numeric
     )`,
    [],
    { prepare: false },
  );
  const [row] = await db.query<{ last: string | null }>(
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
