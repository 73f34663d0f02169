import type { Database, Transaction } from '../../db/database.ts';
import { conflict } from '../../kernel/errors.ts';
import { markDone } from './idempotency.store.ts';
import type { RequestClaim } from './request-claim.ts';

/**
 * The database as use cases of a web request see it: whatever transaction they open also says that the request with
 * the current claim is done, or commits nothing when another process has taken the request over.
 */
export function markingDatabase(db: Database, current: () => RequestClaim | undefined): Database {
  return {
    query: (text, params, options) => db.query(text, params, options),
    copyIn: (text, payload, options) => db.copyIn(text, payload, options),
    close: () => db.close(),
    transaction: async (work, options) => {
      const claim = current();
      if (claim === undefined) return db.transaction(work, options);
      const result = await db.transaction((tx) => markedWork(tx, claim, work), options);
      claim.isMarked = true;
      return result;
    },
  };
}

async function markedWork<T>(
  tx: Transaction,
  claim: RequestClaim,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const result = await work(tx);
  if (claim.isMarked || (await markDone(tx, claim))) return result;
  throw conflict(
    'request_taken_over',
    'This request took so long that it was begun again with the same Idempotency-Key: ask for that one.',
  );
}
