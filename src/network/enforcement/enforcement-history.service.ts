import type { Database } from '../../db/database.ts';
import { forgetDoneEnforcements } from './enforcement-history.store.ts';

/** Long enough to answer a customer who asks about last month. */
const KEEP_DAYS = 90;
const PAGE_SIZE_MAX = 5_000;

/** Forgets what became of old orders to the network, page by page; answers how many. */
export async function pruneEnforcements(db: Database, signal: AbortSignal): Promise<number> {
  let deleted = 0;
  while (!signal.aborted) {
    const gone = await forgetDoneEnforcements(db, { keepDays: KEEP_DAYS, limit: PAGE_SIZE_MAX });
    deleted += gone;
    if (gone < PAGE_SIZE_MAX) break;
  }
  return deleted;
}
