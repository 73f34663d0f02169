/**
 * The next number of the series `$1` as `taken (value)`, for the WITH of the statement that uses it. The rows of all
 * series are locked in one order, so that transactions that issue several kinds of document never wait for each other
 * in a ring.
 */
export const TAKEN_NUMBER = `locked as materialized (select series from number_series order by series for no key update),
  taken as (
    update number_series n set next_value = n.next_value + 1 from locked
    where n.series = $1 and locked.series = n.series returning n.next_value - 1 as value)`;
