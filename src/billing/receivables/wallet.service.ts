import type { Transaction } from '../../db/database.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { BillingContext } from '../billing-context.ts';
import { changeCredit } from './account.store.ts';
import { type CreditSource, insertWalletCredit } from './wallet.store.ts';

/**
 * Puts money into the wallet of a customer whose row the caller has locked. The ledger entry is the caller's, and
 * `payFromWallet` is to follow: credit never lies beside a debt (billing-rules A5).
 */
export async function creditWallet(
  tx: Transaction,
  ctx: BillingContext,
  credit: {
    readonly customerId: CustomerId;
    readonly source: CreditSource;
    /** The id of the payment, credit note or voucher: each brings credit once. */
    readonly sourceId: string;
    readonly amountMinor: bigint;
  },
): Promise<void> {
  await insertWalletCredit(tx, { ...credit, at: ctx.now });
  await changeCredit(tx, credit.customerId, credit.amountMinor);
}
