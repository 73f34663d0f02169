import type { Database } from '../../db/database.ts';
import { pruneChangeLog } from './change-log.store.ts';

/** A reader that was away for longer reads everything anew anyhow. */
const KEEP_MINUTES = 24 * 60;

/** Deletes entries every reader has long read; returns how many. */
export function pruneOldChanges(db: Database): Promise<number> {
  return pruneChangeLog(db, KEEP_MINUTES);
}
