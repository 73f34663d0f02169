import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import { balanceBefore, type StatementRow, statementPage } from './statement.store.ts';

export type { StatementRow } from './statement.store.ts';

/** A line of a statement with the balance after it: what is owed less the credit. */
export interface StatementEntry extends StatementRow {
  readonly balanceMinor: bigint;
}

/** Whose statement, over local dates `[from, to)`; without `from` it begins at nothing. */
export interface StatementRange {
  readonly customerId: CustomerId;
  readonly from?: Temporal.PlainDate | undefined;
  readonly to?: Temporal.PlainDate | undefined;
}

/** A statement of account (billing-rules G4), read page by page as its entries are asked for. */
export interface Statement {
  readonly openingMinor: bigint;
  /** After the last one the closing balance is its balance, or the opening balance when there is none. */
  entries(): AsyncGenerator<StatementEntry, void>;
}

const pageSize = 1_000;

/** Opens a statement. Entries are only ever added, so pages of one statement fit together. */
export async function openStatement(q: Queryable, range: StatementRange): Promise<Statement> {
  const { customerId, from, to } = range;
  const openingMinor = await balanceBefore(q, customerId, from);
  async function* entries(): AsyncGenerator<StatementEntry, void> {
    let balanceMinor = openingMinor;
    let after: StatementRow | undefined;
    for (;;) {
      const page = await statementPage(q, { customerId, from, to, after, limit: pageSize });
      for (const row of page) {
        balanceMinor += row.amountMinor;
        yield { ...row, balanceMinor };
      }
      after = page.at(-1);
      if (page.length < pageSize) return;
    }
  }
  return { openingMinor, entries };
}
