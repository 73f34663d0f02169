import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import type { CustomerId, PaymentId } from '../../kernel/ids.ts';
import type { AllocationDraft, WalletCredit } from './allocation.ts';

/** What may bring money into a wallet; the id beside it is that of the row of this name. */
export type CreditSource = 'payment' | 'credit_note' | 'voucher';

/** Records that money reached a wallet. */
export async function insertWalletCredit(
  tx: Transaction,
  credit: {
    readonly customerId: CustomerId;
    readonly source: CreditSource;
    readonly sourceId: string;
    readonly amountMinor: bigint;
    readonly at: Temporal.Instant;
  },
): Promise<void> {
  await tx.query(
    `insert into wallet_credits (customer_id, source, source_id, amount, remaining, credited_at)
     values ($1::bigint, $2, $3::bigint, $4::bigint, $4::bigint, $5::timestamptz)`,
    [credit.customerId, credit.source, credit.sourceId, credit.amountMinor, credit.at.toString()],
  );
}

/** What is left in a wallet, the oldest first. */
export async function walletCreditsLeft(q: Queryable, customerId: CustomerId): Promise<WalletCredit[]> {
  const rows = await q.query<{ id: string; payment_id: PaymentId | null; remaining: string }>(
    `select id, case source when 'payment' then source_id end as payment_id, remaining from wallet_credits
     where customer_id = $1::bigint and remaining > 0 order by id`,
    [customerId],
  );
  return rows.map((row) => ({
    id: row.id,
    paymentId: row.payment_id ?? undefined,
    remainingMinor: BigInt(row.remaining),
  }));
}

/** Takes from credits what is used; the database refuses more than is left. */
export async function useWalletCredits(
  tx: Transaction,
  uses: readonly { readonly creditId: string; readonly amountMinor: bigint }[],
): Promise<void> {
  if (uses.length === 0) return;
  await tx.query(
    `update wallet_credits set remaining = remaining - used.amount
     from (select id, sum(amount)::bigint as amount from unnest($1::bigint[], $2::bigint[]) as u (id, amount) group by id)
       as used
     where wallet_credits.id = used.id`,
    [uses.map((one) => one.creditId), uses.map((one) => one.amountMinor)],
  );
}

/** Writes allocations; their ids come back in the order of the drafts. */
export async function insertAllocations(
  tx: Transaction,
  at: Temporal.Instant,
  drafts: readonly AllocationDraft[],
): Promise<string[]> {
  if (drafts.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `insert into allocations (wallet_credit_id, payment_id, invoice_id, amount, allocated_at)
     select credit_id, payment_id, invoice_id, amount, $5::timestamptz
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) with ordinality
       as d (credit_id, payment_id, invoice_id, amount, position)
     order by position returning id`,
    [
      drafts.map((one) => one.credit.id),
      drafts.map((one) => one.credit.paymentId ?? null),
      drafts.map((one) => one.invoiceId),
      drafts.map((one) => one.amountMinor),
      at.toString(),
    ],
  );
  return rows.map((row) => row.id).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}
