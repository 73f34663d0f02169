import { AppError } from '../../kernel/errors.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import type { EventHandler } from '../../platform/events/dispatcher.service.ts';
import { parseEvent } from '../../platform/events/event.ts';
import { SYSTEM_ACTOR } from '../../platform/identity/actor.ts';
import { type BillingDeps, inBilling } from '../use-case.service.ts';
import { resumeBilling } from './resume-billing.service.ts';

/** Bills a service again from the day it comes back, when it was not billed while suspended (S4). */
export function resumeBillingHandler(deps: BillingDeps): EventHandler {
  return {
    name: 'billing.resumed',
    topics: ['service.resumed'],
    handle: async (delivery) => {
      const event = parseEvent(delivery.topic, delivery.payload);
      if (event?.topic === 'service.resumed') await resumeBillingOf(deps, event.payload.service_id);
    },
  };
}

/** The same in a transaction of its own, for a service that may be gone by now. */
export async function resumeBillingOf(deps: BillingDeps, id: ServiceId): Promise<void> {
  try {
    await inBilling(deps, SYSTEM_ACTOR, (tx, ctx) => resumeBilling(tx, ctx, id));
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'service_not_found')) throw error;
  }
}
