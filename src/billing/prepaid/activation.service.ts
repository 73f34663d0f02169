import type { ServiceId } from '../../kernel/ids.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import type { CreatedService, ServiceDeps } from '../../subscribers/services/provisioning.service.ts';
import type { Service } from '../../subscribers/services/service.ts';
import { requireService } from '../../subscribers/services/service-change.service.ts';
import { openLivingAccount } from '../cycles/account.service.ts';
import type { ForecastInvoice } from '../cycles/preview.service.ts';
import { activateBilled, previewSignUp, type SignUp, signUp } from '../cycles/sign-up.service.ts';
import { inBilling } from '../use-case.service.ts';
import { startNow } from './period-start.ts';
import { openPrepaid, quotePurchase } from './purchase.service.ts';
import { activatePrepaid, planToBuy, renewService } from './renewal.service.ts';
import { startIfCovered } from './top-up.service.ts';

/** One service, by whom, and in which version of it. */
export interface StartOrder {
  readonly id: ServiceId;
  readonly actor: Actor;
  readonly version?: number | undefined;
}

/** As `signUp`: a prepaid service starts at once if the wallet covers it and it is not to stay pending (Q1). */
export function signUpAny(deps: ServiceDeps, input: SignUp): Promise<CreatedService> {
  if (input.isActivated === false) return signUp(deps, input);
  return signUp(deps, input, (tx, ctx, created) => startIfCovered(tx, ctx, created.id));
}

/** As `previewSignUp`; of a prepaid service the invoice of its first period, whatever the wallet holds (Q1). */
export function previewAnySignUp(deps: ServiceDeps, input: SignUp): Promise<ForecastInvoice | undefined> {
  return previewSignUp(deps, input, async (tx, ctx, created) => {
    const account = await openPrepaid(tx, ctx, { id: created.id });
    return quotePurchase(tx, ctx, account, { plan: planToBuy(account), start: startNow(ctx.now) });
  });
}

/**
 * Starts a pending service as its model has it: billed from now on, or with its first period bought. Throws what
 * `activateBilled` and `activatePrepaid` do: `insufficient_balance` when the wallet does not cover it (Q1).
 */
export async function activateAny(
  deps: ServiceDeps,
  order: StartOrder,
): Promise<{ readonly before: Service }> {
  const bought = await inBilling(deps, order.actor, async (tx, ctx) => {
    const { plan } = await openLivingAccount(tx, ctx, order.id);
    if (plan.model !== 'prepaid') return undefined;
    const before = await requireService(tx, order);
    await activatePrepaid(tx, ctx, order);
    return { before };
  });
  return bought ?? activateBilled(deps, order);
}

/** `renewService` in a transaction of its own. */
export function renewNow(deps: ServiceDeps, order: StartOrder): Promise<{ readonly before: Service }> {
  return inBilling(deps, order.actor, async (tx, ctx) => {
    await openLivingAccount(tx, ctx, order.id);
    const before = await requireService(tx, order);
    await renewService(tx, ctx, order);
    return { before };
  });
}
