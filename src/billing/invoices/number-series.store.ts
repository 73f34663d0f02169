import type { Transaction } from '../../db/database.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { Series } from './document-number.ts';

/**
 * Takes the next number of a series (billing-rules I3); given back when the transaction fails. The rows of all series
 * are locked in one order, so that transactions that issue several kinds of document never wait for each other in a
 * ring. Take it late: others wait until the commit.
 */
export async function takeNumber(tx: Transaction, series: Series): Promise<bigint> {
  await tx.query('select series from number_series order by series for no key update');
  const [row] = await tx.query<{ value: string }>(
    'update number_series set next_value = next_value + 1 where series = $1 returning next_value - 1 as value',
    [series],
  );
  invariant(row !== undefined, `the series ${series} exists`);
  return BigInt(row.value);
}
