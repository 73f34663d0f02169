import type { EventHandler } from '../../platform/events/dispatcher.service.ts';
import { parseEvent } from '../../platform/events/event.ts';
import type { BillingDeps } from '../use-case.service.ts';
import { resumeBillingOf } from './resume-billing.service.ts';

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
