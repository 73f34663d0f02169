import { violatedConstraint } from '../db/constraint-errors.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { conflict, notFound } from '../kernel/errors.ts';
import type { CustomerId, ServiceId } from '../kernel/ids.ts';
import { serviceEvent } from '../platform/events/event.ts';
import { recordEvent } from '../platform/events/outbox.store.ts';
import type { SecretBox } from '../platform/secrets/secret-box.ts';
import { checkFramedIp, checkMac, checkPassword, checkUsername } from './credential.ts';
import { findCustomersByName, insertCustomer, lockCustomerName } from './customer.store.ts';
import { checkCustomerName } from './customer.ts';
import { findPlanByCode } from './plan.store.ts';
import { checkRateLimit, checkRouterName, checkWhole, type Plan } from './plan.ts';
import { insertSegment } from './segment.store.ts';
import { findService, insertService, usernameOfAddress } from './service.store.ts';
import { appendServiceLog } from './service-log.store.ts';

/** What the use cases around services work with. */
export interface ServiceDeps {
  readonly db: Database;
  readonly box: SecretBox;
  readonly clock: Clock;
}

/** What an operator says about a new service. `mac` locks it; without it `macBind` binds the first to log in. */
export interface NewService {
  readonly username: string;
  readonly password: string;
  readonly planCode: string;
  /** A customer of that name is used when there is one; absent: a new one named as the user. */
  readonly customerName?: string | undefined;
  readonly mac?: string | undefined;
  readonly macBind?: boolean | undefined;
  readonly framedIp?: string | undefined;
  readonly framedPool?: string | undefined;
  readonly rateLimit?: string | undefined;
  readonly sessionLimit?: number | undefined;
  /** Who does it, for the log: `cli:root`. */
  readonly actor: string;
}

/** What was made of it. */
export interface CreatedService {
  readonly id: ServiceId;
  readonly customerId: CustomerId;
  readonly plan: Plan;
  readonly username: string;
  readonly framedIp: string | undefined;
  readonly macAddress: string | undefined;
}

/**
 * Creates an active service with its first segment, in one transaction. Throws `validation_failed`,
 * `package_not_found`, `username_taken`, `address_taken`, `currency_mismatch` or `customer_ambiguous`.
 */
export async function createService(deps: ServiceDeps, input: NewService): Promise<CreatedService> {
  const checked = checkNewService(input);
  try {
    return await deps.db.transaction((tx) => create(tx, deps, checked));
  } catch (error) {
    throw await explainTaken(deps.db, checked, error);
  }
}

type CheckedService = ReturnType<typeof checkNewService>;

function checkNewService(input: NewService) {
  const macAddress = input.mac === undefined ? undefined : checkMac(input.mac);
  const username = checkUsername(input.username);
  return {
    username,
    password: checkPassword(input.password, { username, mac: macAddress }),
    planCode: input.planCode,
    customerName: input.customerName === undefined ? undefined : checkCustomerName(input.customerName),
    macAddress,
    macBind: input.macBind ?? false,
    framedIp: input.framedIp === undefined ? undefined : checkFramedIp(input.framedIp),
    framedPool: checkRouterName('pool', input.framedPool),
    rateLimit: input.rateLimit === undefined ? undefined : checkRateLimit(input.rateLimit),
    sessionLimit:
      input.sessionLimit === undefined
        ? undefined
        : checkWhole('session limit', input.sessionLimit, { min: 0, max: 1_000 }),
    actor: input.actor,
  };
}

async function create(tx: Transaction, deps: ServiceDeps, input: CheckedService): Promise<CreatedService> {
  const plan = await findPlanByCode(tx, input.planCode);
  if (plan === undefined) {
    throw notFound('package_not_found', `There is no package with the code '${input.planCode}'.`);
  }
  const customerId = await customerFor(tx, input, plan.currency);
  const now = new Date(deps.clock.nowMs());
  const id = await insertService(tx, {
    customerId,
    planId: plan.id,
    username: input.username,
    passwordEnc: deps.box.seal(input.password),
    macAddress: input.macAddress ?? null,
    macBind: input.macBind,
    sessionLimit: input.sessionLimit ?? null,
    rateLimit: input.rateLimit ?? null,
    framedIp: input.framedIp ?? null,
    framedPool: input.framedPool ?? null,
    activatedAt: now,
  });
  await insertSegment(tx, { serviceId: id, fromAt: now, planId: plan.id, plan });
  const detail = { package: plan.code, package_id: plan.id, customer_id: customerId };
  await appendServiceLog(tx, { serviceId: id, action: 'created', actor: input.actor, detail });
  await recordEvent(tx, serviceEvent('service.created', id));
  const { username, framedIp, macAddress } = input;
  return { id, customerId, plan, username, framedIp, macAddress };
}

/** Without a name every service gets a customer of its own; with one, writers of that name take turns. */
async function customerFor(tx: Transaction, input: CheckedService, currency: string): Promise<CustomerId> {
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
  if (customer.currency !== currency) {
    throw conflict(
      'currency_mismatch',
      `'${name}' pays in ${customer.currency}, the package costs ${currency}: a customer has one currency.`,
    );
  }
  return customer.id;
}

async function explainTaken(db: Database, input: CheckedService, error: unknown): Promise<unknown> {
  const constraint = violatedConstraint(error);
  if (constraint === 'isp_services_username_key') {
    const holder = await findService(db, input.username);
    const who = holder === undefined ? '' : ` by '${holder.customerName}' (service ${holder.id})`;
    return conflict('username_taken', `The user name '${input.username}' is taken${who}.`);
  }
  if (constraint === 'isp_services_framed_ip_key' && input.framedIp !== undefined) {
    const holder = await usernameOfAddress(db, input.framedIp);
    return conflict('address_taken', `The address ${input.framedIp} belongs to '${holder ?? '?'}'.`);
  }
  return error;
}
