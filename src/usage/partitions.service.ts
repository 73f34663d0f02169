import type { Database } from '../db/database.ts';
import { readSettings } from '../platform/settings/setting.store.ts';
import { indexDay, unindexedDays } from './partition-index.store.ts';
import { DAILY_TABLES, dropOldPartitions, ensurePartitions } from './partitions.store.ts';
import { forgetUsageCounters, forgetUsageEvents } from './told-usage.store.ts';

/** Dropping a day locks the whole table for an instant: rather fail and try next hour than hold up accounting. */
const LOCK_TIMEOUT = `set local lock_timeout = '2s'`;

/**
 * Makes the days to come, drops those past their retention, and indexes the days that are over. What sources other
 * than RADIUS have told is forgotten like raw accounting.
 */
export async function maintainPartitions(
  db: Database,
  signal: AbortSignal,
): Promise<{ readonly dropped: number; readonly indexed: number; readonly forgotten: number }> {
  await ensurePartitions(db);
  const settings = await readSettings(db);
  const keepDays = {
    accounting: settings.raw_accounting_retention_days,
    auth_log: settings.auth_log_retention_days,
  };
  let dropped = 0;
  let indexed = 0;
  for (const table of DAILY_TABLES) {
    const gone = await db.transaction(async (tx) => {
      await tx.query(LOCK_TIMEOUT, [], { prepare: false });
      return dropOldPartitions(tx, table, keepDays[table]);
    });
    dropped += gone.length;
    for (const day of await unindexedDays(db, table)) {
      if (signal.aborted) break;
      await indexDay(db, table, day);
      indexed += 1;
    }
  }
  const forgotten = await forgetToldUsage(db, settings.raw_accounting_retention_days, signal);
  return { dropped, indexed, forgotten };
}

async function forgetToldUsage(db: Database, keepDays: number, signal: AbortSignal): Promise<number> {
  let forgotten = 0;
  for (const forget of [forgetUsageEvents, forgetUsageCounters]) {
    for (let isMore = true; isMore && !signal.aborted; ) {
      const batch = await forget(db, keepDays);
      forgotten += batch.forgotten;
      isMore = batch.isMore;
    }
  }
  return forgotten;
}
