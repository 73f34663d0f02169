import type { Transaction } from '../../db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { SYSTEM_ACTOR } from '../../platform/identity/actor.ts';
import type { BillingContext } from '../billing-context.ts';
import type { IssuedInvoice } from '../invoices/issue.service.ts';
import { type BillingDeps, inBilling } from '../use-case.service.ts';
import { openAccount } from './account.service.ts';
import { billBoundary, dueBoundary } from './boundary.service.ts';

/**
 * Begins the stub of a service that came back from a suspension during which it was not billed (S4); nothing for any
 * other service. The run does the same for one that was missed. Returns its invoice.
 */
export async function resumeBilling(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
): Promise<IssuedInvoice | undefined> {
  const facts = await openAccount(tx, ctx, id);
  if (facts.service.nextBillingOn !== undefined) return undefined;
  const on = dueBoundary(facts, ctx);
  return on === undefined ? undefined : (await billBoundary(tx, ctx, facts, on)).invoice;
}

/** The same in a transaction of its own, for a service that may be gone by now. */
export async function resumeBillingOf(deps: BillingDeps, id: ServiceId): Promise<void> {
  try {
    await inBilling(deps, SYSTEM_ACTOR, (tx, ctx) => resumeBilling(tx, ctx, id));
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'service_not_found')) throw error;
  }
}
