import type { Database, Transaction } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type AppError, conflict, notFound } from '../../kernel/errors.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import { serviceEvent } from '../../platform/events/event.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { actorLabel } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { SecretBox } from '../../platform/secrets/secret-box.ts';
import { findPlan, findPlanByCode } from '../catalog/plan.store.ts';
import type { Plan } from '../catalog/plan.ts';
import {
  findCustomersByName,
  insertCustomer,
  lockCustomer,
  lockCustomerName,
} from '../customers/customer.store.ts';
import type { Customer } from '../customers/customer.ts';
import { requireNas } from './allowed-nas.store.ts';
import { type CheckedService, checkNewService, type NewService } from './new-service.ts';
import { beginCounting } from './segment.store.ts';
import { insertService } from './service.store.ts';
import type { Service } from './service.ts';
import { serviceImage } from './service-image.ts';
import { appendServiceLog } from './service-log.store.ts';
import { explainTaken } from './taken.service.ts';

export type { NewService };

/** What the use cases around services work with. */
export interface ServiceDeps {
  readonly db: Database;
  readonly box: SecretBox;
  readonly clock: Clock;
}

/** What was made of it. */
export interface CreatedService {
  readonly id: ServiceId;
  readonly customerId: CustomerId;
  readonly plan: Plan;
  readonly username: string;
  readonly framedIp: string | undefined;
  readonly macAddress: string | undefined;
  readonly service: Service;
  /** The password when it was made here: it is answered this once. */
  readonly generatedPassword: string | undefined;
}

/**
 * Creates a service in one transaction. A postpaid one is active from now on, with its first segment; see
 * `isActivated`. `afterwards` runs in the same transaction, and may begin the segment itself. Throws `validation_failed`, `package_not_found`,
 * `customer_not_found`, `nas_not_found`, `username_taken`, `address_taken`, `currency_mismatch` or `customer_ambiguous`.
 */
export async function createService(
  deps: ServiceDeps,
  input: NewService,
  afterwards: (tx: Transaction, created: CreatedService) => Promise<void> = async () => undefined,
): Promise<CreatedService> {
  const checked = checkNewService(input);
  try {
    return await deps.db.transaction(async (tx) => {
      const created = await create(tx, deps, checked);
      await afterwards(tx, created);
      const { id: serviceId, plan } = created;
      const { activatedAt: fromAt } = created.service;
      if (fromAt !== undefined) await beginCounting(tx, { serviceId, fromAt, planId: plan.id, plan });
      return created;
    });
  } catch (error) {
    throw await explainTaken(
      deps.db,
      { username: checked.username, framedIp: checked.columns.framedIp },
      error,
    );
  }
}

async function create(tx: Transaction, deps: ServiceDeps, input: CheckedService): Promise<CreatedService> {
  const plan = await planFor(tx, input);
  const customerId = await customerFor(tx, input, plan.currency);
  await requireNas(tx, input.columns.allowedNasIds);
  const now = new Date(deps.clock.nowMs());
  const isActive = input.isActivated && plan.model === 'postpaid';
  const service = await insertService(tx, {
    ...input.columns,
    customerId,
    planId: plan.id,
    username: input.username,
    passwordEnc: deps.box.seal(input.password),
    status: isActive ? 'active' : 'pending',
    activatedAt: isActive ? now : null,
  });
  const { id } = service;
  const { actor, username, generatedPassword } = input;
  const detail = { package: plan.code, package_id: plan.id, customer_id: customerId };
  await appendServiceLog(tx, { serviceId: id, action: 'created', actor: actorLabel(actor), detail });
  await recordAudit(tx, {
    actor,
    action: 'service.created',
    entity: 'service',
    entityId: id,
    after: serviceImage(service),
  });
  await recordEvent(tx, serviceEvent('service.created', id));
  const { framedIp, macAddress } = service;
  return { id, customerId, plan, username, framedIp, macAddress, service, generatedPassword };
}

async function planFor(tx: Transaction, { planId, planCode = '' }: CheckedService): Promise<Plan> {
  const plan = planId === undefined ? await findPlanByCode(tx, planCode) : await findPlan(tx, planId);
  if (plan !== undefined && plan.archivedAt === undefined) return plan;
  const which = planId === undefined ? `with the code '${planCode}'` : planId;
  throw notFound(
    'package_not_found',
    plan === undefined
      ? `There is no package ${which}.`
      : `The package '${plan.code}' is archived: it is no longer sold.`,
  );
}

/** Without a name every service gets a customer of its own; with one, writers of that name take turns. */
async function customerFor(tx: Transaction, input: CheckedService, currency: string): Promise<CustomerId> {
  if (input.customerId !== undefined) {
    const customer = await lockCustomer(tx, input.customerId);
    if (customer === undefined) {
      throw notFound('customer_not_found', `There is no customer ${input.customerId}.`);
    }
    if (customer.currency !== currency) throw currencyMismatch(customer, currency);
    return customer.id;
  }
  const name = input.customerName;
  if (name === undefined) return insertCustomer(tx, { name: input.username, currency });
  await lockCustomerName(tx, name);
  const [customer, another] = await findCustomersByName(tx, name);
  if (customer === undefined) return insertCustomer(tx, { name, currency });
  if (another !== undefined) {
    throw conflict(
      'customer_ambiguous',
      `Several customers are named '${name}': give one another name first.`,
    );
  }
  if (customer.currency !== currency) throw currencyMismatch(customer, currency);
  return customer.id;
}

/** Billing-rules M2. */
export function currencyMismatch(customer: Customer, currency: string): AppError {
  return conflict(
    'currency_mismatch',
    `'${customer.name}' pays in ${customer.currency}, the package costs ${currency}: a customer has one currency.`,
  );
}
