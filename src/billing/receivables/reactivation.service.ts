import type { Transaction } from '../../db/database.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import { releaseHold } from '../../subscribers/services/holding.service.ts';
import { lockService } from '../../subscribers/services/service.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { heldButPaidOf } from './reactivation.store.ts';

/**
 * Lifts the nonpayment hold of every service of a customer whose own invoices have no overdue balance at all
 * (billing-rules S3); other holds stay. Runs in the transaction of whatever changed a balance. `only` asks about
 * one service. Returns the services whose hold was lifted.
 */
export async function reactivatePaid(
  tx: Transaction,
  ctx: BillingContext,
  customerId: CustomerId,
  only?: ServiceId,
): Promise<ServiceId[]> {
  const lifted: ServiceId[] = [];
  for (const id of await heldButPaidOf(tx, customerId, ctx.today)) {
    if (only !== undefined && id !== only) continue;
    const service = await lockService(tx, { id });
    if (service === undefined) continue;
    const at = new Date(ctx.now.epochMilliseconds);
    const change = await releaseHold(tx, { service, cause: 'nonpayment', actor: ctx.actor, at });
    if (change === undefined) continue;
    lifted.push(id);
    ctx.resumed.add(id);
  }
  return lifted;
}
