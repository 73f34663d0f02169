import type { Database } from '../../db/database.ts';
import { notFound } from '../../kernel/errors.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import {
  findListing,
  listServicePage,
  SERVICE_SORTS,
  type ServiceListing,
  type ServicePageFilter,
  type ServiceSort,
} from './service.store.ts';
import { listServiceLog, type ServiceLogEntry } from './service-log.store.ts';

export type { ServiceListing, ServiceLogEntry, ServicePageFilter, ServiceSort };
export { SERVICE_SORTS };

/** One page of services. */
export function readServices(db: Database, filter: ServicePageFilter): Promise<ServiceListing[]> {
  return listServicePage(db, filter);
}

/** A service; with `owner`, only one of that customer's: of others not even the existence is told. */
export async function readService(
  db: Database,
  ref: { readonly id: ServiceId; readonly owner?: CustomerId | undefined },
): Promise<ServiceListing> {
  const found = await findListing(db, ref.id);
  const isOthers = ref.owner !== undefined && found?.customerId !== ref.owner;
  if (found === undefined || isOthers) throw notFound('service_not_found', `There is no service ${ref.id}.`);
  return found;
}

/** What happened to a service, newest first. */
export function readServiceLog(
  db: Database,
  filter: { readonly serviceId: ServiceId; readonly beforeId?: string | undefined; readonly limit: number },
): Promise<ServiceLogEntry[]> {
  return listServiceLog(db, filter);
}
