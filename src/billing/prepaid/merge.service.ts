import { getCustomer } from '../../subscribers/customers/customer.service.ts';
import { type MergeOrder, mergeIn } from '../../subscribers/customers/customer-closing.service.ts';
import type { CustomerProfile } from '../../subscribers/customers/customer-profile.ts';
import { requireAccount } from '../invoices/issue.service.ts';
import { payFromWallet } from '../receivables/settlement.service.ts';
import { type BillingDeps, inBilling } from '../use-case.service.ts';
import { serveWaiting } from './top-up.service.ts';

/**
 * Merges a duplicate into the customer that is kept (`mergeIn`); the credit of the two pays what they owe, and starts
 * what waited for money (billing-rules A5, Q1). Throws what `mergeIn` throws.
 */
export function mergeCustomer(deps: BillingDeps, order: MergeOrder): Promise<CustomerProfile> {
  return inBilling(deps, order.actor, async (tx, ctx) => {
    await mergeIn(tx, order);
    await payFromWallet(tx, ctx, await requireAccount(tx, order.into));
    await serveWaiting(tx, ctx, order.into);
    return getCustomer(tx, order.into);
  });
}
