import type { Transaction } from '../../db/database.ts';
import { invalid } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import { AMOUNT_MAX } from '../../kernel/money.ts';
import type { BillingContext } from '../billing-context.ts';
import { changeCredit } from './account.store.ts';
import { type CreditSource, insertWalletCredit } from './wallet.store.ts';

/**
 * Puts money into the wallet of a customer whose row the caller has locked. The ledger entry is the caller's, and
 * `payFromWallet` is to follow: credit never lies beside a debt (billing-rules A5). Throws `validation_failed` when the
 * balance would be absurd, which ends the transaction.
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
  // Sent together, run in this order.
  const [, creditMinor] = await Promise.all([
    insertWalletCredit(tx, { ...credit, at: ctx.now }),
    changeCredit(tx, credit.customerId, credit.amountMinor),
  ]);
  if (creditMinor !== undefined && creditMinor > AMOUNT_MAX) {
    throw invalid(`The credit balance would be ${creditMinor}: it can be ${AMOUNT_MAX} at most.`, {
      amount: 'is too large for the credit balance',
    });
  }
}
