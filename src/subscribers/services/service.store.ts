import { and, asc, desc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { type Orm, orm, prepared } from '../../db/orm.ts';
import { customers, hasPhone } from '../../db/schema/customers.ts';
import { packages } from '../../db/schema/plans.ts';
import { services, serviceWords } from '../../db/schema/services.ts';
import type { CustomerId, NasId, PlanId, ServiceId } from '../../kernel/ids.ts';
import { parseAddress } from '../../kernel/ip.ts';
import { normaliseMac } from '../../kernel/mac.ts';
import type { CustomAttribute } from '../catalog/plan.ts';
import { phoneDigits, prefixRange, searchQuery } from '../customers/customer-search.ts';
import type { ServiceStatus } from '../service-status.ts';
import type { Service } from './service.ts';
import type { ServiceRef } from './service-ref.ts';
import type { HoldCause } from './suspension.ts';

/** A service with the names people know its customer and plan by. */
export interface ServiceListing extends Service {
  readonly customerName: string;
  readonly planCode: string;
  readonly planRateLimit: string | undefined;
  /** The period in force in local dates (billing-rules C2); undefined for prepaid ones, whose boundaries are instants. */
  readonly periodStartOn: string | undefined;
  readonly periodEndOn: string | undefined;
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

/** What services can be sorted by. */
export const SERVICE_SORTS = ['id', '-id', 'username', '-username'] as const;
export type ServiceSort = (typeof SERVICE_SORTS)[number];

/** Which services, in which order, after which one. */
export interface ServicePageFilter {
  readonly customerId?: CustomerId | undefined;
  readonly planId?: PlanId | undefined;
  readonly status?: ServiceStatus | undefined;
  readonly username?: string | undefined;
  /** As `matchesOf` says. */
  readonly q?: string | undefined;
  readonly sort: ServiceSort;
  readonly after?: { readonly id: string; readonly username: string } | undefined;
  readonly limit: number;
}

/** The columns of a new service; null is the column's NULL. */
export type NewServiceRow = Omit<
  typeof services.$inferInsert,
  'id' | 'customerId' | 'packageId' | 'status' | 'version' | 'stateVersion'
> & {
  readonly customerId: CustomerId;
  readonly planId: PlanId;
  readonly status: ServiceStatus;
};

/** What changes of a service alter. */
export type ServicePatch = Partial<
  Omit<
    typeof services.$inferInsert,
    'id' | 'createdAt' | 'version' | 'packageId' | 'nextPackageId' | 'stateVersion'
  >
> & { readonly stateVersion?: number };

/** Adds a service; breaks `isp_services_username_key` or `isp_services_framed_ip_key` when taken. */
export async function insertService(tx: Transaction, row: NewServiceRow): Promise<Service> {
  const { customerId, planId, ...columns } = row;
  const [inserted] = await orm(tx)
    .insert(services)
    .values({ ...columns, customerId: BigInt(customerId), packageId: BigInt(planId) })
    .returning();
  if (inserted === undefined) throw new Error('The database returned no row for the new service.');
  return toService(inserted);
}

/** The service, its row locked until the transaction ends. */
export async function lockService(tx: Transaction, ref: ServiceRef): Promise<Service | undefined> {
  const [row] = await orm(tx).select().from(services).where(isIt(ref)).for('no key update');
  return row && toService(row);
}

/** Changes a service and answers it as it is now; the trigger on the table tells every RADIUS role after commit. */
export async function updateService(tx: Transaction, id: ServiceId, patch: ServicePatch): Promise<Service> {
  const [row] = await orm(tx)
    .update(services)
    .set({ ...patch, version: sql`${services.version} + 1` })
    .where(eq(services.id, BigInt(id)))
    .returning();
  if (row === undefined) throw new Error(`The service ${id} vanished under its lock.`);
  return toService(row);
}

/** Services with their customers and plans, by user name. */
export async function listServices(q: Queryable, filter: ServiceFilter): Promise<ServiceListing[]> {
  const conditions: SQL[] = [];
  if (filter.status !== undefined) conditions.push(eq(services.status, filter.status));
  if (filter.planCode !== undefined) conditions.push(eq(packages.code, filter.planCode));
  if (filter.username !== undefined) conditions.push(eq(services.username, filter.username));
  if (filter.after !== undefined) conditions.push(gt(services.username, filter.after));
  const rows = await selectListings(orm(q))
    .where(and(...conditions))
    .orderBy(asc(services.username))
    .limit(filter.limit);
  return rows.map(toListing);
}

/** One page of services with the names of their customers and plans. */
export async function listServicePage(q: Queryable, filter: ServicePageFilter): Promise<ServiceListing[]> {
  const isDown = filter.sort.startsWith('-');
  const byName = filter.sort.endsWith('username');
  const order = (isDown ? desc : asc)(byName ? services.username : services.id);
  const where = and(...conditionsOf(filter), pageStart(filter, { isDown, byName }));
  const { q: text, limit } = filter;
  const rows = await selectListings(orm(q))
    .where(text === undefined ? where : isOfSearchPage(text, { where, order, limit }))
    .orderBy(order)
    .limit(limit);
  return rows.map(toListing);
}

const listingById = prepared((db) =>
  selectListings(db)
    .where(eq(services.id, sql.placeholder('id')))
    .prepare('service_listing'),
);

/** The service of that id with its customer and plan. */
export async function findListing(q: Queryable, id: ServiceId): Promise<ServiceListing | undefined> {
  const [row] = await listingById(q).execute({ id });
  return row && toListing(row);
}

/** The service of that user name with its customer and plan. */
export async function findService(q: Queryable, username: string): Promise<ServiceListing | undefined> {
  return (await listServices(q, { username, limit: 1 }))[0];
}

function conditionsOf(filter: ServicePageFilter): (SQL | undefined)[] {
  const { customerId, planId, status, username } = filter;
  return [
    customerId === undefined ? undefined : eq(services.customerId, BigInt(customerId)),
    planId === undefined ? undefined : eq(services.packageId, BigInt(planId)),
    status === undefined ? undefined : eq(services.status, status),
    username === undefined ? undefined : eq(services.username, username),
  ];
}

/**
 * The ids of the page, found by each way apart: each has an index of its own, an OR over them would have none. OFFSET 0
 * keeps the planner from walking the whole order in the hope of meeting matches early.
 */
function isOfSearchPage(text: string, page: { where: SQL | undefined; order: SQL; limit: number }): SQL {
  const pages = matchesOf(text).map(
    (match) => sql`(select id from (
        select ${services.id} as id, ${services.username} as username from ${services}
        where ${and(match, page.where)} offset 0
      ) isp_services order by ${page.order} limit ${page.limit}::int)`,
  );
  return sql`${services.id} in (${sql.join(pages, sql` union `)})`;
}

/**
 * The ways a text may name a service: the beginning of the user name, words of user name and description, words of the
 * customer's name and contacts, the customer's phone number in any spelling, a whole MAC or IP address.
 */
function matchesOf(text: string): SQL[] {
  const { from, to } = prefixRange(text);
  const matches = [sql`(lower(${services.username}) ~>=~ ${from} and lower(${services.username}) ~<~ ${to})`];
  const ofCustomers = (match: SQL): SQL =>
    sql`${services.customerId} = any(array(select ${customers.id} from ${customers} where ${match}))`;
  const words = searchQuery(text);
  if (words !== undefined) {
    const query = sql`to_tsquery('simple', ${words})`;
    matches.push(
      sql`${serviceWords(services)} @@ ${query}`,
      ofCustomers(sql`${customers.search} @@ ${query}`),
    );
  }
  const digits = phoneDigits(text);
  if (digits !== undefined) matches.push(ofCustomers(hasPhone(digits)));
  const mac = normaliseMac(text);
  if (mac !== undefined) matches.push(eq(services.macAddress, mac));
  if (parseAddress(text.trim()) !== undefined) matches.push(eq(services.framedIp, text.trim()));
  return matches;
}

function pageStart(filter: ServicePageFilter, order: { isDown: boolean; byName: boolean }): SQL | undefined {
  const { after } = filter;
  if (after === undefined) return undefined;
  const than = sql.raw(order.isDown ? '<' : '>');
  return order.byName
    ? sql`${services.username} ${than} ${after.username}`
    : sql`${services.id} ${than} ${after.id}::bigint`;
}

function selectListings(db: Orm) {
  return db
    .select({
      service: services,
      customerName: customers.name,
      planCode: packages.code,
      planRateLimit: packages.rateLimit,
      periodStartOn: localDateOf(services.periodStart),
      periodEndOn: localDateOf(services.periodEnd),
    })
    .from(services)
    .innerJoin(customers, eq(customers.id, services.customerId))
    .innerJoin(packages, eq(packages.id, services.packageId))
    .$dynamic();
}

function toListing(row: Awaited<ReturnType<typeof selectListings>>[number]): ServiceListing {
  return {
    ...toService(row.service),
    customerName: row.customerName,
    planCode: row.planCode,
    planRateLimit: row.planRateLimit ?? undefined,
    periodStartOn: row.periodStartOn ?? undefined,
    periodEndOn: row.periodEndOn ?? undefined,
  };
}

/** The date of a boundary in the billing time zone; a prepaid period has instants for boundaries. */
function localDateOf(at: typeof services.periodStart | typeof services.periodEnd): SQL<string | null> {
  return sql<string | null>`case when ${packages.model} = 'postpaid' then to_char(${at} at time zone coalesce(
    (select value #>> '{}' from isp_configurations where key = 'isp_timezone'), 'UTC'), 'YYYY-MM-DD') end`;
}

function isIt(ref: ServiceRef): SQL {
  return 'id' in ref ? eq(services.id, BigInt(ref.id)) : eq(services.username, ref.username);
}

/** The user name of the service that owns a fixed address. */
export async function usernameOfAddress(q: Queryable, framedIp: string): Promise<string | undefined> {
  const [row] = await orm(q)
    .select({ username: services.username })
    .from(services)
    .where(eq(services.framedIp, framedIp));
  return row?.username;
}

/** A row as the rules see it; the sealed password stays behind. */
function toService(row: typeof services.$inferSelect): Service {
  return {
    id: row.id.toString() as ServiceId,
    customerId: row.customerId.toString() as CustomerId,
    planId: row.packageId.toString() as PlanId,
    username: row.username,
    description: row.description ?? undefined,
    // The check constraint of the table allows no other statuses; the reason is always one of the holds.
    status: row.status as ServiceStatus,
    reason: (row.reason ?? undefined) as HoldCause | undefined,
    macAddress: row.macAddress ?? undefined,
    macBind: row.macBind,
    allowedNasIds: row.allowedNasIds?.map((id) => id.toString() as NasId),
    sessionLimit: row.sessionLimit ?? undefined,
    rateLimit: row.rateLimit ?? undefined,
    rateLimitUntil: row.rateLimitUntil ?? undefined,
    framedIp: row.framedIp ?? undefined,
    framedPool: row.framedPool ?? undefined,
    framedIpv6Prefix: row.framedIpv6Prefix ?? undefined,
    delegatedIpv6Prefix: row.delegatedIpv6Prefix ?? undefined,
    framedRoutes: row.framedRoutes ?? undefined,
    // Written by checked use cases alone.
    radiusAttributes: row.radiusAttributes as CustomAttribute[],
    anchorDay: row.anchorDay ?? undefined,
    periodStart: row.periodStart ?? undefined,
    periodEnd: row.periodEnd ?? undefined,
    nextBillingDate: row.nextBillingDate ?? undefined,
    autoRenew: row.autoRenew,
    cancelAtEnd: row.cancelAtEnd,
    nextPlanId: (row.nextPackageId?.toString() ?? undefined) as PlanId | undefined,
    stateVersion: row.stateVersion,
    version: row.version,
    createdAt: row.createdAt,
    activatedAt: row.activatedAt ?? undefined,
    expiresAt: row.expiresAt ?? undefined,
    cancelledAt: row.cancelledAt ?? undefined,
  };
}
