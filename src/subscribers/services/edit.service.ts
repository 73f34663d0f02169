import { invalid } from '../../kernel/errors.ts';
import { requireNas } from './allowed-nas.store.ts';
import type { ServiceDeps } from './provisioning.service.ts';
import type { ServicePatch } from './service.store.ts';
import {
  recordChange,
  requireLiving,
  type ServiceChange,
  type ServiceOrder,
} from './service-change.service.ts';
import { checkTerms, type ServiceTerms } from './service-terms.ts';
import { explainTaken } from './taken.service.ts';

/** What a login is answered with: a change of these raises the state version. */
const OF_THE_REPLY: ReadonlySet<string> = new Set([
  'framedIp',
  'framedPool',
  'framedIpv6Prefix',
  'delegatedIpv6Prefix',
  'framedRoutes',
  'radiusAttributes',
]);

/**
 * Changes what is said of a service; addresses, pools and routes reach the subscriber with the next login. Throws
 * `validation_failed`, `service_not_found`, `service_cancelled`, `version_conflict`,
 * `nas_not_found` or `address_taken`.
 */
export async function editService(
  deps: ServiceDeps,
  order: ServiceOrder & { readonly terms: ServiceTerms },
): Promise<ServiceChange> {
  const columns = checkTerms(order.terms);
  const names = Object.keys(columns);
  if (names.length === 0) throw invalid('Say what is to change.');
  const isReplyChanged = names.some((name) => OF_THE_REPLY.has(name));
  try {
    return await deps.db.transaction(async (tx) => {
      const service = await requireLiving(tx, order);
      await requireNas(tx, columns.allowedNasIds);
      const patch: ServicePatch = isReplyChanged
        ? { ...columns, stateVersion: service.stateVersion + 1 }
        : columns;
      return recordChange(tx, order.actor, service, { patch, action: 'edited', topics: ['service.edited'] });
    });
  } catch (error) {
    throw await explainTaken(deps.db, { framedIp: columns.framedIp }, error);
  }
}
