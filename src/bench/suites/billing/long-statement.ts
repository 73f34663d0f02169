import { openStatement } from '../../../billing/ledger/statement.service.ts';
import type { Database } from '../../../db/database.ts';
import { insertCustomer } from '../../../subscribers/customers/customer.store.ts';
import type { BillingResult } from '../../report/billing.ts';
import { PeakMemory } from './invoice-runs.ts';

const AMOUNT_MINOR = 100;
const WRITING_MAX_MS = 600_000;

/** A customer with so many payments, whose statement is read from its first entry to its last. */
export async function measureStatement(db: Database, entries: number): Promise<BillingResult['statement']> {
  const customerId = await db.transaction((tx) => writeHistory(tx, entries), { deadlineMs: WRITING_MAX_MS });
  await db.query('analyze ledger_entries, ledger_lines', [], { prepare: false, deadlineMs: WRITING_MAX_MS });
  const memory = new PeakMemory();
  const startedMs = performance.now();
  let read = 0;
  let closingMinor = 0n;
  for await (const { balanceMinor } of (await openStatement(db, { customerId })).entries()) {
    read += 1;
    closingMinor = balanceMinor;
  }
  const durationMs = performance.now() - startedMs;
  memory.stop();
  if (read !== entries || closingMinor !== BigInt(-AMOUNT_MINOR * entries)) {
    throw new Error(`The statement has ${read} of ${entries} entries and closes at ${closingMinor}.`);
  }
  return { entries, durationMs, grownMb: memory.peakMb - memory.beforeMb };
}

/** The credit beside the entries is theirs, so that the books go on agreeing. */
async function writeHistory(tx: Parameters<Parameters<Database['transaction']>[0]>[0], entries: number) {
  const id = await insertCustomer(tx, { name: 'A long history', currency: 'KES' });
  await tx.query(
    `with entry as (
       insert into ledger_entries (event, ref_id, customer_id, currency, occurred_on, occurred_at)
       select 'voucher', 1000000000 + n, $1::bigint, 'KES', date '2024-01-01' + n % 700, timestamptz '2024-01-01'
       from generate_series(1, $2::int) n returning id, customer_id)
     insert into ledger_lines (entry_id, account, customer_id, amount)
     select entry.id, l.account, entry.customer_id, l.sign * $3::bigint from entry
     cross join (values ('voucher_clearing', 1), ('wallet', -1)) l (account, sign)`,
    [id, entries, AMOUNT_MINOR],
  );
  await tx.query(
    `with credit as (
       insert into wallet_credits (customer_id, source, source_id, amount, remaining, credited_at)
       values ($1::bigint, 'voucher', 1000000000, $2::bigint, $2::bigint, timestamptz '2024-01-01'))
     update customers set credit_balance = $2::bigint where id = $1::bigint`,
    [id, entries * AMOUNT_MINOR],
  );
  return id;
}
