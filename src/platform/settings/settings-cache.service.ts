import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { readSettings } from './setting.store.ts';
import type { Settings } from './setting.ts';

const KEEP_MS = 1_000;

/**
 * Settings for what asks at every request: read anew when older than a second. With the database away the last ones
 * stay in force; before there were any it rejects.
 */
export function settingsCache(db: Database, clock: Clock): () => Promise<Settings> {
  let kept: Settings | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<Settings> | undefined;
  const read = async (): Promise<Settings> => {
    try {
      kept = await readSettings(db);
    } catch (error) {
      if (kept === undefined) throw error;
    }
    readAtMs = clock.monotonicMs();
    return kept;
  };
  return () => {
    if (kept !== undefined && clock.monotonicMs() - readAtMs < KEEP_MS) return Promise.resolve(kept);
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
