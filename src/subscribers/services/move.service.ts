import { conflict, notFound } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import { findPlan } from '../catalog/plan.store.ts';
import { lockCustomer } from '../customers/customer.store.ts';
import { currencyMismatch, type ServiceDeps } from './provisioning.service.ts';
import {
  recordChange,
  requireLiving,
  type ServiceChange,
  type ServiceOrder,
} from './service-change.service.ts';

/**
 * Gives a service to another customer, who is billed for it from the next document on; what was issued stays with
 * the one before. Throws `customer_not_found`, `service_not_found`, `service_cancelled`, `same_customer` or
 * `currency_mismatch` (billing-rules M2).
 */
export function moveService(
  deps: ServiceDeps,
  order: ServiceOrder & { readonly customerId: CustomerId },
): Promise<ServiceChange> {
  return deps.db.transaction(async (tx) => {
    const customer = await lockCustomer(tx, order.customerId);
    if (customer === undefined) {
      throw notFound('customer_not_found', `There is no customer ${order.customerId}.`);
    }
    const service = await requireLiving(tx, order);
    if (service.customerId === customer.id) {
      throw conflict('same_customer', `The service is that of '${customer.name}' already.`);
    }
    const plan = await findPlan(tx, service.planId);
    if (plan !== undefined && plan.currency !== customer.currency)
      throw currencyMismatch(customer, plan.currency);
    return recordChange(tx, order.actor, service, {
      patch: { customerId: BigInt(customer.id) },
      action: 'moved',
      topics: ['service.moved'],
      detail: { from_customer_id: service.customerId, to_customer_id: customer.id },
    });
  });
}
