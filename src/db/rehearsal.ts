import type { Database, Transaction } from './database.ts';

/** What ends a rehearsal; never seen outside. */
class EndOfRehearsal extends Error {}

/**
 * Does the work in a transaction that is always rolled back and answers what it would have answered: a preview that
 * cannot differ from the real thing. What it locks is locked meanwhile, so it is short as any transaction.
 */
export async function rehearse<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  options: { readonly deadlineMs?: number } = {},
): Promise<T> {
  let result: { readonly value: T } | undefined;
  try {
    await db.transaction(async (tx) => {
      result = { value: await work(tx) };
      throw new EndOfRehearsal();
    }, options);
  } catch (error) {
    if (!(error instanceof EndOfRehearsal) || result === undefined) throw error;
    return result.value;
  }
  throw new Error('A rehearsal was committed.');
}
