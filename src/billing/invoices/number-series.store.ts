import type { Transaction } from '../../db/database.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { Series } from './document-number.ts';

/**
 * Takes the next number of a series (billing-rules I3); given back when the transaction fails. The rows of all series
 * are locked in one order, so that transactions that issue several kinds of document never wait for each other in a
 * ring. Take it late: others wait until the commit.
 */
export async function takeNumber(tx: Transaction, series: Series): Promise<bigint> {
  const [row] = await tx.query<{ value: string }>(
    `with locked as materialized (select series from number_series order by series for no key update)
     update number_series n set next_value = n.next_value + 1 from locked
     where n.series = $1 and locked.series = n.series returning n.next_value - 1 as value`,
    [series],
  );
  invariant(row !== undefined, `the series ${series} exists`);
  return BigInt(row.value);
}
