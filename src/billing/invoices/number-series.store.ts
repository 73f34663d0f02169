import type { Transaction } from '../../db/database.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { Series } from './document-number.ts';
import { TAKEN_NUMBER } from './taken-number.ts';

/**
 * Locks all series, in their order. Who writes segments and may issue a document afterwards does so first: numbers come
 * before segments, everywhere.
 */
export async function lockNumbers(tx: Transaction): Promise<void> {
  await tx.query('select series from number_series order by series for no key update');
}

/**
 * Takes the next number of a series (billing-rules I3); given back when the transaction fails. Take it late:
 * others wait until the commit.
 */
export async function takeNumber(tx: Transaction, series: Series): Promise<bigint> {
  const [row] = await tx.query<{ value: string }>(`with ${TAKEN_NUMBER} select value from taken`, [series]);
  invariant(row !== undefined, `the series ${series} exists`);
  return BigInt(row.value);
}
