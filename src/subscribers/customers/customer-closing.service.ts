import type { Database, Transaction } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { conflict, invalid } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import { recordCustomer, requireOpen } from './customer.service.ts';
import {
  customerWithDuplicates,
  DUPLICATE_KEYS,
  type DuplicateGroup,
  type DuplicateKey,
  duplicateGroups,
  eraseUsers,
  moveCustomer,
  openDealings,
} from './customer-closing.store.ts';
import { findProfile, updateProfile } from './customer-profile.store.ts';
import { anonymised, type CustomerProfile, combined } from './customer-profile.ts';

export { DUPLICATE_KEYS, type DuplicateGroup, type DuplicateKey };

/** Values that several customers share, by which one finds who was entered twice. */
export function findDuplicates(
  db: Database,
  filter: { readonly by: DuplicateKey; readonly after?: string | undefined; readonly limit: number },
): Promise<DuplicateGroup[]> {
  return duplicateGroups(db, filter);
}

/** Which customer is merged into which. */
export interface MergeOrder {
  readonly id: CustomerId;
  readonly into: CustomerId;
  readonly actor: Actor;
}

/**
 * Merges a duplicate, in the caller's transaction, into the customer that is kept: services, documents, ledger, credit and sign-ins move, and details
 * the kept one lacks are taken over; credit and debts that meet are the caller's to settle. Cannot be undone. Throws `customer_not_found`, `customer_closed`,
 * `currency_mismatch` or `validation_failed`.
 */
export async function mergeIn(tx: Transaction, order: MergeOrder): Promise<CustomerProfile> {
  const { id, into, actor } = order;
  if (id === into) {
    throw invalid('A customer cannot be merged into itself.', { into: 'must be another customer' });
  }
  // Always in the order of ids, so that two merges cannot wait for each other.
  const locked = new Map<CustomerId, CustomerProfile>();
  for (const one of [id, into].sort((a, b) => Number(a) - Number(b))) {
    locked.set(one, await requireOpen(tx, one));
  }
  const duplicate = locked.get(id) ?? (await requireOpen(tx, id));
  const kept = locked.get(into) ?? (await requireOpen(tx, into));
  if (duplicate.currency !== kept.currency) {
    throw conflict(
      'currency_mismatch',
      `Customer ${id} pays in ${duplicate.currency}, ${into} in ${kept.currency}: a customer has one currency.`,
    );
  }
  const version = duplicate.version + 1;
  const merged = await updateProfile(tx, id, { mergedIntoId: into, version });
  await moveCustomer(tx, { duplicate: id, kept: into });
  const details = combined(kept, duplicate);
  await updateProfile(tx, into, { ...details, version: kept.version + 1 });
  const after = (await findProfile(tx, into)) ?? kept;
  await recordCustomer(tx, actor, 'customer.merged', { before: duplicate, after: merged });
  await recordCustomer(tx, actor, 'customer.updated', { before: kept, after });
  return after;
}

/**
 * Erases who a customer was; documents stay, under a number. Cannot be undone. Throws `customer_not_found`,
 * `customer_closed`, `customer_has_services` or `customer_has_balance`.
 */
export function anonymiseCustomer(
  deps: { readonly db: Database; readonly clock: Clock },
  order: { readonly id: CustomerId; readonly actor: Actor },
): Promise<CustomerProfile> {
  const { id, actor } = order;
  return deps.db.transaction(async (tx) => {
    const before = await requireOpen(tx, id);
    const { service, hasBalance } = await openDealings(tx, id);
    if (service !== undefined) {
      throw conflict('customer_has_services', `The service '${service}' is not cancelled: cancel it first.`);
    }
    if (hasBalance) {
      throw conflict('customer_has_balance', 'Money is owed, or credit is left: settle it first.');
    }
    const at = new Date(deps.clock.nowMs());
    await eraseUsers(tx, id, at);
    for (const one of await customerWithDuplicates(tx, id)) {
      await updateProfile(tx, one, { ...anonymised({ ...before, id: one }), anonymisedAt: at });
    }
    const after = await updateProfile(tx, id, { version: before.version + 1 });
    await recordCustomer(tx, actor, 'customer.anonymised', { before, after });
    return after;
  });
}
