import type { Database, Queryable, Transaction } from '../../db/database.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import { currencyDigits } from '../../kernel/money.ts';
import { checkVersion } from '../../kernel/version.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import {
  CUSTOMER_SORTS,
  type CustomerCursor,
  type CustomerFilter,
  findProfile,
  hasDealings,
  insertProfile,
  type ListedCustomer,
  listProfiles,
  listTags,
  lockProfile,
  type ProfilePatch,
  updateProfile,
} from './customer-profile.store.ts';
import { type CustomerDetails, type CustomerProfile, customerImage, detailsOf } from './customer-profile.ts';

export { CUSTOMER_SORTS, type CustomerCursor, type CustomerFilter, type ListedCustomer };

/** The customers a filter finds, a page at a time. */
export function listCustomers(db: Database, filter: CustomerFilter): Promise<ListedCustomer[]> {
  return listProfiles(db, filter);
}

/** Every tag in use with how many customers have it. */
export function customerTags(db: Database): Promise<{ tag: string; customers: number }[]> {
  return listTags(db);
}

/** The customer of that id; throws `customer_not_found`. */
export async function getCustomer(q: Queryable, id: CustomerId): Promise<CustomerProfile> {
  return required(await findProfile(q, id), id);
}

/** Adds a customer, who pays in the installation's currency when none is named; throws `validation_failed`. */
export function addCustomer(
  db: Database,
  order: {
    readonly details: Partial<CustomerDetails> & { readonly name: string };
    readonly currency?: string | undefined;
    readonly actor: Actor;
  },
): Promise<CustomerProfile> {
  return db.transaction(async (tx) => {
    const currency = order.currency ?? (await readSettings(tx)).isp_currency;
    currencyDigits(currency);
    const customer = await insertProfile(tx, { ...detailsOf(order.details), currency });
    await recordCustomer(tx, order.actor, 'customer.created', { after: customer });
    return customer;
  });
}

/** Changes what is given; throws `customer_not_found`, `version_conflict`, `currency_fixed` or `customer_closed`. */
export function changeCustomer(
  db: Database,
  order: {
    readonly id: CustomerId;
    readonly details: Partial<CustomerDetails>;
    readonly currency?: string | undefined;
    readonly expectedVersion?: number | undefined;
    readonly actor: Actor;
  },
): Promise<CustomerProfile> {
  return db.transaction(async (tx) => {
    const before = await requireOpen(tx, order.id);
    checkVersion(order.expectedVersion, before.version);
    const patch: ProfilePatch = { ...order.details, ...(await currencyPatch(tx, before, order.currency)) };
    const after = await updateProfile(tx, before.id, { ...patch, version: before.version + 1 });
    await recordCustomer(tx, order.actor, 'customer.updated', { before, after });
    return after;
  });
}

/** The customer, locked, whose data may still be changed; throws `customer_not_found` or `customer_closed`. */
export async function requireOpen(tx: Transaction, id: CustomerId): Promise<CustomerProfile> {
  const customer = required(await lockProfile(tx, id), id);
  if (customer.mergedIntoId === null && customer.anonymisedAt === null) return customer;
  const why = customer.mergedIntoId === null ? 'is anonymised' : `was merged into ${customer.mergedIntoId}`;
  throw conflict('customer_closed', `The customer ${id} ${why} and cannot be changed any more.`);
}

/** Writes the audit entry of a change of a customer. */
export function recordCustomer(
  tx: Transaction,
  actor: Actor,
  action: string,
  change: { readonly before?: CustomerProfile; readonly after: CustomerProfile },
): Promise<void> {
  const { before, after } = change;
  return recordAudit(tx, {
    actor,
    action,
    entity: 'customer',
    entityId: after.id,
    before: before && customerImage(before),
    after: customerImage(after),
  });
}

/** A customer has one currency, and what was sold or paid is in it (billing-rules M2). */
async function currencyPatch(
  tx: Transaction,
  before: CustomerProfile,
  currency: string | undefined,
): Promise<{ currency?: string }> {
  if (currency === undefined || currency === before.currency) return {};
  currencyDigits(currency);
  if (!(await hasDealings(tx, before.id))) return { currency };
  throw conflict(
    'currency_fixed',
    `The customer pays in ${before.currency}: that can change only before the first service or document.`,
  );
}

function required(customer: CustomerProfile | undefined, id: CustomerId): CustomerProfile {
  if (customer !== undefined) return customer;
  throw notFound('customer_not_found', `There is no customer ${id}.`);
}
