import type { ServiceId } from '../../kernel/ids.ts';
import { type HoldingOrder, resumeIn } from '../../subscribers/services/lifecycle.service.ts';
import type { ServiceDeps } from '../../subscribers/services/provisioning.service.ts';
import type { ServiceChange } from '../../subscribers/services/service-change.service.ts';
import { inBilling } from '../use-case.service.ts';
import { openAccount } from './account.service.ts';

/**
 * Lifts a hold, and where suspension is not billed begins the stub of a service that comes back, in one transaction
 * (S4, S5). Throws what `resumeService` throws.
 */
export function resumeBilled(
  deps: ServiceDeps,
  order: HoldingOrder & { readonly id: ServiceId },
): Promise<ServiceChange> {
  return inBilling(deps, order.actor, async (tx, ctx) => {
    // Before the service: locks are taken in one order.
    await openAccount(tx, ctx, order.id);
    const change = await resumeIn(tx, order, new Date(ctx.now.epochMilliseconds));
    ctx.resumed.add(order.id);
    return change;
  });
}
