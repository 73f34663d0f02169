import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import { ACCOUNTS, type Account } from './posting.ts';

/** What an account holds; a debit is positive. */
export interface AccountBalance {
  readonly account: Account;
  readonly currency: string;
  readonly balanceMinor: bigint;
}

/** Which part of the ledger: local dates `[from, to)`, one customer. */
export interface LedgerRange {
  readonly from?: Temporal.PlainDate | undefined;
  readonly to?: Temporal.PlainDate | undefined;
  readonly customerId?: string | undefined;
}

/** The balance of every account, revenue as one, for each currency that occurs (billing-rules G3). */
export async function accountBalances(q: Queryable, range: LedgerRange): Promise<AccountBalance[]> {
  const rows = await q.query<{ account: Account; currency: string; balance: string }>(
    `select l.account, e.currency, sum(l.amount) as balance
     from ledger_lines l join ledger_entries e on e.id = l.entry_id
     where ($1::date is null or e.occurred_on >= $1::date) and ($2::date is null or e.occurred_on < $2::date)
       and ($3::bigint is null or e.customer_id = $3::bigint)
     group by l.account, e.currency order by e.currency`,
    [range.from?.toString() ?? null, range.to?.toString() ?? null, range.customerId ?? null],
  );
  return rows
    .map((row) => ({ account: row.account, currency: row.currency, balanceMinor: BigInt(row.balance) }))
    .sort((a, b) => ACCOUNTS.indexOf(a.account) - ACCOUNTS.indexOf(b.account));
}
