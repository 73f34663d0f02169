import type { Queryable } from '../../db/database.ts';
import { type AccountBalance, accountBalances, type LedgerRange } from './balance.store.ts';

export type { AccountBalance, LedgerRange } from './balance.store.ts';

/** What every account holds, or how it moved in a range of local dates; a debit is positive. */
export function ledgerBalances(q: Queryable, range: LedgerRange = {}): Promise<AccountBalance[]> {
  return accountBalances(q, range);
}
