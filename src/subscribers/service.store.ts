import { and, asc, eq, gt, type SQL } from 'drizzle-orm';
import type { Queryable, Transaction } from '../db/database.ts';
import { orm } from '../db/orm.ts';
import { customers } from '../db/schema/customers.ts';
import { packages } from '../db/schema/plans.ts';
import { services } from '../db/schema/services.ts';
import type { CustomerId, PlanId, ServiceId } from '../kernel/ids.ts';
import type { Service, ServiceStatus } from './service.ts';
import type { HoldCause } from './suspension.ts';

/** A service with the names people know its customer and plan by. */
export interface ServiceListing extends Service {
  readonly customerName: string;
  readonly planCode: string;
  readonly planRateLimit: string | undefined;
}

/** Which services are wanted, by user name. */
export interface ServiceFilter {
  readonly status?: ServiceStatus | undefined;
  readonly planCode?: string | undefined;
  readonly username?: string | undefined;
  /** Only user names after this one: the cursor of the next page. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The columns of a new service; null is the column's NULL. */
export interface NewServiceRow {
  readonly customerId: CustomerId;
  readonly planId: PlanId;
  readonly username: string;
  readonly passwordEnc: Buffer;
  readonly macAddress: string | null;
  readonly macBind: boolean;
  readonly sessionLimit: number | null;
  readonly rateLimit: string | null;
  readonly framedIp: string | null;
  readonly framedPool: string | null;
  readonly activatedAt: Date;
}

/** What lifecycle changes alter. */
export type ServicePatch = Partial<
  Pick<typeof services.$inferInsert, 'status' | 'reason' | 'rateLimit' | 'rateLimitUntil' | 'passwordEnc'>
> & { readonly stateVersion?: number };

/** Adds an active service; breaks `isp_services_username_key` or `isp_services_framed_ip_key` when taken. */
export async function insertService(tx: Transaction, row: NewServiceRow): Promise<ServiceId> {
  const { customerId, planId, ...columns } = row;
  const [inserted] = await orm(tx)
    .insert(services)
    .values({ ...columns, customerId: BigInt(customerId), packageId: BigInt(planId), status: 'active' })
    .returning({ id: services.id });
  return String(inserted?.id) as ServiceId;
}

/** The service of that user name, its row locked until the transaction ends. */
export async function lockService(tx: Transaction, username: string): Promise<Service | undefined> {
  const [row] = await orm(tx)
    .select()
    .from(services)
    .where(eq(services.username, username))
    .for('no key update');
  return row && toService(row);
}

/** The service of that id, its row locked until the transaction ends. */
export async function lockServiceById(tx: Transaction, id: ServiceId): Promise<Service | undefined> {
  const [row] = await orm(tx)
    .select()
    .from(services)
    .where(eq(services.id, BigInt(id)))
    .for('no key update');
  return row && toService(row);
}

/** Changes a service; the trigger on the table tells every RADIUS role after commit. */
export async function updateService(tx: Transaction, id: ServiceId, patch: ServicePatch): Promise<void> {
  await orm(tx)
    .update(services)
    .set(patch)
    .where(eq(services.id, BigInt(id)));
}

/** Services with their customers and plans, by user name. */
export async function listServices(q: Queryable, filter: ServiceFilter): Promise<ServiceListing[]> {
  const conditions: SQL[] = [];
  if (filter.status !== undefined) conditions.push(eq(services.status, filter.status));
  if (filter.planCode !== undefined) conditions.push(eq(packages.code, filter.planCode));
  if (filter.username !== undefined) conditions.push(eq(services.username, filter.username));
  if (filter.after !== undefined) conditions.push(gt(services.username, filter.after));
  const rows = await orm(q)
    .select({
      service: services,
      customerName: customers.name,
      planCode: packages.code,
      planRateLimit: packages.rateLimit,
    })
    .from(services)
    .innerJoin(customers, eq(customers.id, services.customerId))
    .innerJoin(packages, eq(packages.id, services.packageId))
    .where(and(...conditions))
    .orderBy(asc(services.username))
    .limit(filter.limit);
  return rows.map((row) => ({
    ...toService(row.service),
    customerName: row.customerName,
    planCode: row.planCode,
    planRateLimit: row.planRateLimit ?? undefined,
  }));
}

/** The service of that user name with its customer and plan. */
export async function findService(q: Queryable, username: string): Promise<ServiceListing | undefined> {
  return (await listServices(q, { username, limit: 1 }))[0];
}

/** The user name of the service that owns a fixed address. */
export async function usernameOfAddress(q: Queryable, framedIp: string): Promise<string | undefined> {
  const [row] = await orm(q)
    .select({ username: services.username })
    .from(services)
    .where(eq(services.framedIp, framedIp));
  return row?.username;
}

function toService(row: typeof services.$inferSelect): Service {
  return {
    id: row.id.toString() as ServiceId,
    customerId: row.customerId.toString() as CustomerId,
    planId: row.packageId.toString() as PlanId,
    username: row.username,
    // The check constraint of the table allows no other statuses; the reason is always one of the holds.
    status: row.status as ServiceStatus,
    reason: (row.reason ?? undefined) as HoldCause | undefined,
    macAddress: row.macAddress ?? undefined,
    macBind: row.macBind,
    sessionLimit: row.sessionLimit ?? undefined,
    rateLimit: row.rateLimit ?? undefined,
    rateLimitUntil: row.rateLimitUntil ?? undefined,
    framedIp: row.framedIp ?? undefined,
    framedPool: row.framedPool ?? undefined,
    stateVersion: row.stateVersion,
    createdAt: row.createdAt,
    activatedAt: row.activatedAt ?? undefined,
    expiresAt: row.expiresAt ?? undefined,
    cancelledAt: row.cancelledAt ?? undefined,
  };
}
