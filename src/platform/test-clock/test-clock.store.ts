import type { Queryable, Transaction } from '../../db/database.ts';
import type { ClockSetting } from './business-clock.ts';

/** A setting with who made it. */
export interface StoredClock extends ClockSetting {
  readonly setBy: string;
  readonly setAt: Date;
}

/** Where the clock stands; undefined while it was never set. */
export async function readClock(q: Queryable): Promise<StoredClock | undefined> {
  const [row] = await q.query<{ at: Date; version: string; setBy: string; setAt: Date }>(
    `select at, version, set_by as "setBy", set_at as "setAt" from test_clock`,
  );
  return row === undefined ? undefined : { ...row, version: BigInt(row.version) };
}

/** Sets the clock and wakes every process that follows it. */
export async function writeClock(
  tx: Transaction,
  { at, setBy }: { readonly at: Date; readonly setBy: string },
): Promise<void> {
  await tx.query(
    `insert into test_clock (at, version, set_by) values ($1::timestamptz, 1, $2)
     on conflict (is_only) do update
       set at = excluded.at, version = test_clock.version + 1, set_by = excluded.set_by, set_at = now()`,
    [at, setBy],
  );
  await tx.query(`select pg_notify('netflow_changes', 'clock')`);
}
