import { invalid } from '../../kernel/errors.ts';
import { checkRateLimit } from '../catalog/plan.ts';
import type { ServiceDeps } from '../services/provisioning.service.ts';
import {
  recordChange,
  requireLiving,
  type ServiceChange,
  type ServiceOrder,
} from '../services/service-change.service.ts';

/**
 * Gives a service a rate of its own, or with null the plan's again; `until` makes it temporary. Throws
 * `service_not_found`, `service_cancelled` or `validation_failed`.
 */
export async function setServiceSpeed(
  deps: ServiceDeps,
  order: ServiceOrder & { rateLimit: string | null; until?: Date | undefined },
): Promise<ServiceChange> {
  const rateLimit = order.rateLimit === null ? null : checkRateLimit(order.rateLimit);
  const until = order.until ?? null;
  if (until !== null && rateLimit === null) {
    throw invalid("The plan's own rate has no end: leave the end out.", { until: 'must be left out' });
  }
  if (until !== null && until.getTime() <= deps.clock.nowMs()) {
    throw invalid('The end of the rate is in the past.', { until: 'must be in the future' });
  }
  return deps.db.transaction(async (tx) => {
    const service = await requireLiving(tx, order);
    return recordChange(tx, order.actor, service, {
      patch: { rateLimit, rateLimitUntil: until, stateVersion: service.stateVersion + 1 },
      action: 'speed_changed',
      topics: ['service.speed_changed'],
      detail: { from: service.rateLimit ?? null, to: rateLimit, until: until?.toISOString() ?? null },
    });
  });
}
