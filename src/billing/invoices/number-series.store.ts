import type { Transaction } from '../../db/database.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { Series } from './document-number.ts';

/**
 * The next number of the series `$1` as `taken (value)`, for the WITH of the statement that uses it. The rows of all
 * series are locked in one order, so that transactions that issue several kinds of document never wait for each other
 * in a ring.
 */
export const TAKEN_NUMBER = `locked as materialized (select series from number_series order by series for no key update),
  taken as (
    update number_series n set next_value = n.next_value + 1 from locked
    where n.series = $1 and locked.series = n.series returning n.next_value - 1 as value)`;

/**
 * Takes the next number of a series (billing-rules I3); given back when the transaction fails. Take it late:
 * others wait until the commit.
 */
export async function takeNumber(tx: Transaction, series: Series): Promise<bigint> {
  const [row] = await tx.query<{ value: string }>(`with ${TAKEN_NUMBER} select value from taken`, [series]);
  invariant(row !== undefined, `the series ${series} exists`);
  return BigInt(row.value);
}
