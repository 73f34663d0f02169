import {
  and,
  arrayContains,
  asc,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  isNull,
  lt,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm, prepared } from '../../db/orm.ts';
import { invoices } from '../../db/schema/billing-documents.ts';
import { payments } from '../../db/schema/billing-money.ts';
import { customers, hasPhone } from '../../db/schema/customers.ts';
import { services } from '../../db/schema/services.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { ServiceStatus } from '../service-status.ts';
import type { CustomerDetails, CustomerProfile } from './customer-profile.ts';
import { phoneDigits, prefixRange, searchQuery } from './customer-search.ts';

/** The orders a list of customers comes in; by name means without regard to case. */
export const CUSTOMER_SORTS = ['name', '-name', 'created_at', '-created_at'] as const;

/** Where a list goes on: below this customer. */
export interface CustomerCursor {
  readonly id: bigint;
  /** The name in lower case, when the list is by name. */
  readonly name: string | undefined;
}

/** Which customers; merged duplicates are never listed. */
export interface CustomerFilter {
  /** Words of the name, company, e-mail address or phone number, a whole phone number, or the beginning of a user name. */
  readonly q?: string | undefined;
  readonly tag?: string | undefined;
  readonly currency?: string | undefined;
  readonly taxExempt?: boolean | undefined;
  /** Has a service of this status. */
  readonly serviceStatus?: ServiceStatus | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  readonly sort: (typeof CUSTOMER_SORTS)[number];
  readonly after?: CustomerCursor | undefined;
  readonly limit: number;
}

/** A customer in a list, with the name as lists are ordered by it. */
export interface ListedCustomer {
  readonly customer: CustomerProfile;
  readonly sortName: string;
}

const { search: _, ...columns } = getTableColumns(customers);

/** The columns of a customer without the words for searching. */
const PROFILE_COLUMNS = columns;

type ProfileRow = Omit<typeof customers.$inferSelect, 'search'>;

/** What may be changed of a customer's row by its use cases. */
export type ProfilePatch = Partial<CustomerDetails> & {
  readonly currency?: string | undefined;
  readonly version?: number;
  readonly mergedIntoId?: CustomerId;
  readonly anonymisedAt?: Date;
};

const profileById = prepared((db) =>
  db
    .select(PROFILE_COLUMNS)
    .from(customers)
    .where(eq(customers.id, sql.placeholder('id')))
    .prepare('profile'),
);

/** The customer of that id, a merged duplicate too. */
export async function findProfile(q: Queryable, id: CustomerId): Promise<CustomerProfile | undefined> {
  const [row] = await profileById(q).execute({ id });
  return row && toProfile(row);
}

/** As `findProfile`, the row locked until the transaction ends. */
export async function lockProfile(tx: Transaction, id: CustomerId): Promise<CustomerProfile | undefined> {
  const [row] = await orm(tx)
    .select(PROFILE_COLUMNS)
    .from(customers)
    .where(eq(customers.id, BigInt(id)))
    .for('no key update');
  return row && toProfile(row);
}

/** Adds a customer. */
export async function insertProfile(
  tx: Transaction,
  customer: CustomerDetails & { readonly currency: string },
): Promise<CustomerProfile> {
  const [row] = await orm(tx).insert(customers).values(toRow(customer)).returning(PROFILE_COLUMNS);
  if (row === undefined) throw new Error('Invariant broken: an inserted customer is answered.');
  return toProfile(row);
}

/** Changes a customer. */
export async function updateProfile(
  tx: Transaction,
  id: CustomerId,
  patch: ProfilePatch,
): Promise<CustomerProfile> {
  const { mergedIntoId, ...rest } = patch;
  const [row] = await orm(tx)
    .update(customers)
    .set({ ...toRow(rest), ...(mergedIntoId === undefined ? {} : { mergedIntoId: BigInt(mergedIntoId) }) })
    .where(eq(customers.id, BigInt(id)))
    .returning(PROFILE_COLUMNS);
  if (row === undefined) throw new Error('Invariant broken: a locked customer is there.');
  return toProfile(row);
}

/** Whether anything rests on the customer's currency: a service, an invoice or a payment. */
export async function hasDealings(q: Queryable, id: CustomerId): Promise<boolean> {
  const owner = BigInt(id);
  const db = orm(q);
  const found = await Promise.all([
    db.select({ id: services.id }).from(services).where(eq(services.customerId, owner)).limit(1),
    db.select({ id: invoices.id }).from(invoices).where(eq(invoices.customerId, owner)).limit(1),
    db.select({ id: payments.id }).from(payments).where(eq(payments.customerId, owner)).limit(1),
  ]);
  return found.some((rows) => rows.length > 0);
}

const SORT_NAME = sql<string>`lower(${customers.name})`;

/** Customers in the order asked for; every page costs the same, however deep it lies. */
export async function listProfiles(q: Queryable, filter: CustomerFilter): Promise<ListedCustomer[]> {
  const direction = filter.sort.startsWith('-') ? desc : asc;
  const order = filter.sort.endsWith('name')
    ? [direction(SORT_NAME), direction(customers.id)]
    : [direction(customers.id)];
  const rows = await orm(q)
    .select({ customer: PROFILE_COLUMNS, sortName: SORT_NAME })
    .from(customers)
    .where(filter.q === undefined ? and(...conditions(filter)) : isOfSearchPage(filter, filter.q))
    .orderBy(...order)
    .limit(filter.limit);
  return rows.map((row) => ({ customer: toProfile(row.customer), sortName: row.sortName }));
}

/** Every tag in use with the number of customers who have it, by tag. */
export async function listTags(q: Queryable): Promise<{ tag: string; customers: number }[]> {
  const rows = await q.query<{ tag: string; customers: string }>(
    `select tag, count(*) as customers from customers, unnest(tags) as tag
     where merged_into_id is null group by tag order by tag limit 1000`,
  );
  return rows.map((row) => ({ tag: row.tag, customers: Number(row.customers) }));
}

function conditions(filter: CustomerFilter): SQL[] {
  const found: SQL[] = [isNull(customers.mergedIntoId)];
  const position = beyond(filter);
  if (position !== undefined) found.push(position);
  if (filter.tag !== undefined) found.push(arrayContains(customers.tags, [filter.tag]));
  if (filter.currency !== undefined) found.push(eq(customers.currency, filter.currency));
  if (filter.taxExempt !== undefined) found.push(eq(customers.taxExempt, filter.taxExempt));
  if (filter.createdFrom !== undefined) found.push(gte(customers.createdAt, filter.createdFrom));
  if (filter.createdTo !== undefined) found.push(lt(customers.createdAt, filter.createdTo));
  if (filter.serviceStatus !== undefined) {
    found.push(sql`exists (select from isp_services s where s.customer_id = ${customers.id}
      and s.status = ${filter.serviceStatus})`);
  }
  return found;
}

/**
 * The ids of the page, found by each way apart: each has an index of its own, an OR over them would have none. OFFSET 0
 * keeps the planner from walking the whole order in the hope of meeting matches early.
 */
function isOfSearchPage(filter: CustomerFilter, text: string): SQL {
  const { from, to } = prefixRange(text);
  const byUsername = sql`${customers.id} = any(array(select s.customer_id from isp_services s
    where lower(s.username) ~>=~ ${from} and lower(s.username) ~<~ ${to}))`;
  const matches = [byUsername];
  const words = searchQuery(text);
  if (words !== undefined) matches.push(sql`${customers.search} @@ to_tsquery('simple', ${words})`);
  const digits = phoneDigits(text);
  if (digits !== undefined) matches.push(hasPhone(digits));
  const pages = matches.map((match) => pageOfMatches(filter, match));
  return sql`${customers.id} in (${sql.join(pages, sql` union `)})`;
}

function pageOfMatches(filter: CustomerFilter, match: SQL): SQL {
  const direction = sql.raw(filter.sort.startsWith('-') ? 'desc' : 'asc');
  const order = filter.sort.endsWith('name')
    ? sql`m.name ${direction}, m.id ${direction}`
    : sql`m.id ${direction}`;
  return sql`(select m.id from (
      select ${customers.id} as id, ${SORT_NAME} as name from ${customers}
      where ${and(match, ...conditions(filter))} offset 0
    ) m order by ${order} limit ${filter.limit}::int)`;
}

function beyond({ sort, after }: CustomerFilter): SQL | undefined {
  if (after === undefined) return undefined;
  const isDescending = sort.startsWith('-');
  if (!sort.endsWith('name')) return isDescending ? lt(customers.id, after.id) : gt(customers.id, after.id);
  const row = sql`(${SORT_NAME}, ${customers.id})`;
  const last = sql`(${after.name ?? ''}::text, ${after.id}::bigint)`;
  return isDescending ? sql`${row} < ${last}` : sql`${row} > ${last}`;
}

function toProfile(row: ProfileRow): CustomerProfile {
  return {
    ...row,
    id: row.id.toString() as CustomerId,
    mergedIntoId: row.mergedIntoId === null ? null : (row.mergedIntoId.toString() as CustomerId),
    // Written by insertProfile and updateProfile alone.
    notificationChannels: row.notificationChannels as CustomerProfile['notificationChannels'],
  };
}

function toRow<Given extends ProfilePatch>({ notificationChannels, tags, ...rest }: Given) {
  return {
    ...rest,
    ...(notificationChannels === undefined ? {} : { notificationChannels: [...notificationChannels] }),
    ...(tags === undefined ? {} : { tags: [...tags] }),
  };
}
