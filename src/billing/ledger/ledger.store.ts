import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { Account, EntryDraft, LedgerEvent, Posting } from './posting.ts';
import { totalOf } from './posting.ts';

/** When entries happened: the local date for statements, the instant beside it. */
export interface EntryTime {
  readonly today: Temporal.PlainDate;
  readonly now: Temporal.Instant;
}

/** Writes entries, each pair of event and row at most once. One statement for all of them; entries of nothing are left out. */
export async function insertEntries(
  tx: Transaction,
  time: EntryTime,
  drafts: readonly EntryDraft[],
): Promise<void> {
  const entries = drafts
    .map((draft) => ({ ...draft, lines: draft.lines.filter((line) => line.amountMinor !== 0n) }))
    .filter((draft) => draft.lines.length > 0);
  for (const { event, refId, lines } of entries)
    invariant(totalOf(lines) === 0n, `the ledger entry ${event} ${refId} sums to zero (G1)`);
  if (entries.length === 0) return;
  const lines = entries.flatMap((entry) =>
    entry.lines.map((line) => ({ ...line, event: entry.event, refId: entry.refId })),
  );
  await tx.query(
    `with entry as (
       insert into ledger_entries (event, ref_id, customer_id, currency, occurred_on, occurred_at)
       select e.event, e.ref_id, e.customer_id, e.currency, $5::date, $6::timestamptz
       from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]) as e (event, ref_id, customer_id, currency)
       returning id, event, ref_id, customer_id
     )
     insert into ledger_lines (entry_id, account, sub_account, customer_id, amount)
     select entry.id, l.account, l.sub_account, entry.customer_id, l.amount
     from unnest($7::text[], $8::bigint[], $9::text[], $10::text[], $11::bigint[])
       as l (event, ref_id, account, sub_account, amount)
     join entry on entry.event = l.event and entry.ref_id = l.ref_id`,
    [
      entries.map((one) => one.event),
      entries.map((one) => one.refId),
      entries.map((one) => one.customerId),
      entries.map((one) => one.currency),
      time.today.toString(),
      time.now.toString(),
      lines.map((one) => one.event),
      lines.map((one) => one.refId),
      lines.map((one) => one.account),
      lines.map((one) => one.subAccount ?? null),
      lines.map((one) => one.amountMinor),
    ],
  );
}

/** The lines of the entry about one row; empty when there is none. */
export async function linesOfEntry(q: Queryable, event: LedgerEvent, refId: string): Promise<Posting[]> {
  const rows = await q.query<{ account: Account; sub_account: string | null; amount: string }>(
    `select l.account, l.sub_account, l.amount from ledger_lines l join ledger_entries e on e.id = l.entry_id
     where e.event = $1 and e.ref_id = $2::bigint and e.event not in ('write_off', 'write_off_reversal')
     order by l.id`,
    [event, refId],
  );
  return rows.map((row) => ({
    account: row.account,
    subAccount: row.sub_account ?? undefined,
    amountMinor: BigInt(row.amount),
  }));
}
