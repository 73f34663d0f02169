import { checkLedger } from '../../../billing/ledger/ledger-check.service.ts';
import type { TaskDeps } from '../../../billing/task-deps.service.ts';
import { PRICE_MINOR } from '../../product/provision.ts';
import type { BooksFaults } from '../../report/billing.ts';

/** What a new installation adds to every price, percent. */
const VAT_PERCENT = 16n;
const READING_MAX_MS = 600_000;

interface BooksRow {
  readonly cycles: string;
  readonly mispriced: string;
  readonly twice: string;
  readonly ledger_sum: string;
}

/** Counts the invoices and proves the books; `expected` is how many cycle invoices there have to be. */
export async function checkBooks(
  deps: TaskDeps,
  expected: number,
): Promise<{ invoices: number; faults: Omit<BooksFaults, 'notLifted'> }> {
  const total = (PRICE_MINOR * (100n + VAT_PERCENT)) / 100n;
  const [row] = await deps.db.query<BooksRow>(
    `select count(*) filter (where kind = 'cycle') as cycles,
       count(*) filter (where kind = 'cycle' and total <> $1::bigint) as mispriced,
       count(*) - count(distinct (service_id, kind, period_start)) as twice,
       (select coalesce(sum(amount), 0) from ledger_lines)::text as ledger_sum
     from invoices where voided_at is null`,
    [total],
    { deadlineMs: READING_MAX_MS },
  );
  const found = await checkLedger({ db: deps.db, logger: { ...deps.logger, error: () => undefined } });
  const invoices = Number(row?.cycles);
  return {
    invoices,
    faults: {
      miscounted: Math.abs(invoices - expected),
      mispriced: Number(row?.mispriced),
      twice: Number(row?.twice),
      ledgerSumMinor: row?.ledger_sum ?? '?',
      discrepancies: found.map(
        (one) => `${one.rule}: ${one.subject} should be ${one.expected}, is ${one.found}`,
      ),
    },
  };
}
