import type { Transaction } from '../../db/database.ts';
import { recordChange, requireLiving } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';
import type { BilledService } from './billing-facts.ts';

/** Cancels a service whose row is locked, which is final: sessions end, nothing is billed again (section 13). */
export async function endService(
  tx: Transaction,
  ctx: BillingContext,
  service: Pick<BilledService, 'id'>,
): Promise<void> {
  const before = await requireLiving(tx, { id: service.id });
  await recordChange(tx, ctx.actor, before, {
    patch: {
      status: 'cancelled',
      reason: null,
      cancelledAt: new Date(ctx.now.epochMilliseconds),
      nextBillingDate: null,
      stateVersion: before.stateVersion + 1,
    },
    action: 'cancelled',
    topics: ['service.cancelled'],
  });
}
