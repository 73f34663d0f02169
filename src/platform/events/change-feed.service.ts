import type { Database } from '../../db/database.ts';
import type { Logger } from '../logger.port.ts';
import type { Change } from './change.ts';
import { beginReading, changesAfter, nextXid } from './change-log.store.ts';
import { type Poller, startPoller } from './poller.service.ts';

const POLL_MS = 500;

/** What the reader of the feed does. Both may be repeated; a throw repeats them. */
export interface ChangeFeedOptions {
  readonly db: Database;
  readonly logger: Logger;
  /** Reads everything anew: at the start, and whenever changes may have been missed. */
  readonly resync: () => Promise<void>;
  readonly apply: (changes: readonly Change[]) => Promise<void>;
}

/** A running feed. */
export interface ChangeFeed {
  /** Called on NOTIFY: a change is read at once instead of at the next poll. */
  wake(): void;
  /** Called after the LISTEN connection was lost and made again. */
  reconnected(): void;
  /** Reads everything anew and resolves when that is done. */
  reread(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Follows the change log (architecture section 6, "Caches"): NOTIFY is only a wake-up, the log is the truth, and a
 * gap too long for it means a resync. Resolves after the first resync, when memory is complete.
 */
export async function openChangeFeed(options: ChangeFeedOptions): Promise<ChangeFeed> {
  const { db, logger } = options;
  let position = await beginReading(db);
  let isGapPossible = false;
  let waiting: (() => void)[] = [];
  await options.resync();

  const pass = async (): Promise<boolean> => {
    if (isGapPossible) {
      // The log may have been pruned, or the database restored to an earlier day, while nobody listened.
      isGapPossible = false;
      const served = waiting;
      waiting = [];
      try {
        const begin = await beginReading(db);
        await options.resync();
        position = begin;
        for (const tell of served) tell();
      } catch (error) {
        isGapPossible = true;
        waiting.push(...served);
        throw error;
      }
    }
    const look = await changesAfter(db, position);
    if (look.changes.length > 0) await options.apply(look.changes);
    position.take(look);
    if (position.wantsMark) position.mark(await nextXid(db));
    return look.isFull;
  };
  const poller: Poller = startPoller({
    pollMs: POLL_MS,
    pass,
    onError: (error) => logger.warn({ event: 'platform.change_feed_unread', err: error }),
  });
  return {
    wake: () => poller.wake(),
    reconnected: () => {
      isGapPossible = true;
      poller.wake();
    },
    reread: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        isGapPossible = true;
        poller.wake();
      }),
    stop: () => poller.stop(),
  };
}
