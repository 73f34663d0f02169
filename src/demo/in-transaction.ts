import type { Database, Transaction } from '../db/database.ts';

/**
 * A database whose transactions are parts of one that is open: use cases that open their own all become one, which
 * others see as a whole or not at all.
 */
export function inTransaction(tx: Transaction): Database {
  return {
    query: (text, params, options) => tx.query(text, params, options),
    transaction: (work) => work(tx),
    copyIn: () => Promise.reject(new Error('Rows are copied outside of transactions.')),
    close: () => Promise.resolve(),
  };
}
