import type { Queryable, Transaction } from '../../db/database.ts';
import type { CustomerId, PlanId, ServiceId } from '../../kernel/ids.ts';
import type { ServiceStatus } from '../service-status.ts';
import type { ExistingService } from './existing-service.ts';

/** A service as the import writes it, its ids already given. */
export interface BulkService {
  readonly id: ServiceId;
  readonly customerId: CustomerId;
  readonly planId: PlanId;
  readonly username: string;
  readonly passwordEnc: Buffer;
  readonly mac: string | null;
  readonly rateLimit: string | null;
  readonly framedIp: string | null;
  readonly framedPool: string | null;
  readonly sessionLimit: number | null;
  readonly description: string | null;
  readonly expiresAt: Date | null;
  readonly status: ServiceStatus;
  /** By an administrator: it was switched off where it came from. */
  readonly isHeld: boolean;
  /** JSON text of SegmentTerms. */
  readonly terms: string;
  readonly allowanceOctets: bigint | null;
  /** Null when it is not billed by periods: it is prepaid. */
  readonly billing: BulkBilling | null;
}

/** When an imported service is billed first (billing-rules B5): the next anchor, as a date and its first instant. */
export interface BulkBilling {
  readonly anchorDay: number | null;
  readonly startsOn: string;
  readonly startsAt: Date;
}

/** Services that have one of the user names, as far as a source could tell anything else of them. */
export async function existingServices(
  q: Queryable,
  usernames: readonly string[],
): Promise<Map<string, ExistingService>> {
  const rows = await q.query<ExistingService & { username: string }>(
    `select s.username, p.code as "planCode", coalesce(s.rate_limit, p.rate_limit) as "rateLimit",
       coalesce(s.framed_pool, p.pool) as "pool", host(s.framed_ip) as "framedIp", s.mac_address as mac
     from isp_services s join isp_packages p on p.id = s.package_id where s.username = any($1::text[])`,
    [usernames],
  );
  return new Map(rows.map((row) => [row.username, row]));
}

/** Which of the fixed addresses are taken, and by whom. */
export async function takenAddresses(
  q: Queryable,
  addresses: readonly string[],
): Promise<Map<string, string>> {
  if (addresses.length === 0) return new Map();
  const rows = await q.query<{ address: string; username: string }>(
    'select host(framed_ip) as address, username from isp_services where framed_ip = any($1::inet[])',
    [addresses],
  );
  return new Map(rows.map((row) => [row.address, row.username]));
}

/** Customers by name; names that several share are given with `isAmbiguous`. */
export async function customersByName(
  q: Queryable,
  names: readonly string[],
): Promise<Map<string, { id: CustomerId; currency: string; isAmbiguous: boolean }>> {
  if (names.length === 0) return new Map();
  const rows = await q.query<{ name: string; id: string; currency: string; count: string }>(
    `select name, min(id) as id, min(currency) as currency, count(*) from customers
     where name = any($1::text[]) group by name`,
    [names],
  );
  return new Map(
    rows.map((row) => [
      row.name,
      { id: row.id as CustomerId, currency: row.currency, isAmbiguous: row.count !== '1' },
    ]),
  );
}

/** Keeps others from adding customers of these names until the transaction ends; in one order, against deadlock. */
export async function lockCustomerNames(tx: Transaction, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await tx.query(
    `select pg_advisory_xact_lock(hashtext('customer_name'), key)
     from (select distinct hashtext(name) as key from unnest($1::text[]) as name order by 1) as keys`,
    [names],
  );
}

/** Ids for new rows, ascending. */
export async function allocateIds(
  tx: Transaction,
  table: 'customers' | 'isp_services',
  count: number,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select nextval(pg_get_serial_sequence($1::text, 'id')) as id from generate_series(1, $2::int)`,
    [table, count],
  );
  return rows.map((row) => row.id);
}

/** A customer as the import writes it. */
export interface BulkCustomer {
  readonly id: CustomerId;
  readonly name: string;
  readonly currency: string;
  readonly phone: string | null;
  readonly email: string | null;
}

/** Adds customers under ids from `allocateIds`. */
export async function insertCustomers(tx: Transaction, customers: readonly BulkCustomer[]): Promise<void> {
  if (customers.length === 0) return;
  await tx.query(
    `insert into customers (id, name, currency, phone, email) overriding system value
     select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])`,
    [
      customers.map((one) => one.id),
      customers.map((one) => one.name),
      customers.map((one) => one.currency),
      customers.map((one) => one.phone),
      customers.map((one) => one.email),
    ],
  );
}

/**
 * Adds services with their segments (one until billing begins, one that waits for the first period) and log
 * entries; fails as a whole when a name is taken.
 */
export async function insertServices(
  tx: Transaction,
  services: readonly BulkService[],
  stamp: { at: Date; actor: string },
): Promise<void> {
  const ids = services.map((one) => one.id);
  const planIds = services.map((one) => one.planId);
  await tx.query(
    `insert into isp_services (id, customer_id, package_id, username, password_enc, status, mac_address,
       rate_limit, framed_ip, framed_pool, activated_at, anchor_day, billing_starts_on, next_billing_date,
       session_limit, description, expires_at, reason)
       overriding system value
     select r.id, r.customer_id, r.package_id, r.username, r.password_enc, r.status, r.mac, r.rate_limit,
       r.framed_ip, r.framed_pool, $10::timestamptz, r.anchor_day, r.starts_on, r.starts_on,
       r.session_limit, r.description, r.expires_at, case when r.status = 'suspended' then 'admin' end
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bytea[], $6::text[], $7::text[],
       $8::inet[], $9::text[], $11::int[], $12::date[], $13::int[], $14::text[], $15::timestamptz[], $16::text[])
       as r (id, customer_id, package_id, username, password_enc, mac, rate_limit, framed_ip, framed_pool, anchor_day,
       starts_on, session_limit, description, expires_at, status)`,
    [
      ids,
      services.map((one) => one.customerId),
      planIds,
      services.map((one) => one.username),
      services.map((one) => one.passwordEnc),
      services.map((one) => one.mac),
      services.map((one) => one.rateLimit),
      services.map((one) => one.framedIp),
      services.map((one) => one.framedPool),
      stamp.at,
      services.map((one) => one.billing?.anchorDay ?? null),
      services.map((one) => one.billing?.startsOn ?? null),
      services.map((one) => one.sessionLimit),
      services.map((one) => one.description),
      services.map((one) => one.expiresAt),
      services.map((one) => one.status),
    ],
  );
  await insertSegments(tx, services, stamp.at);
  await tx.query(
    `insert into service_holds (service_id, cause, note, since_at)
     select service_id, 'admin', 'It was switched off where it was imported from.', $2::timestamptz
     from unnest($1::bigint[]) as service_id`,
    [services.filter((one) => one.isHeld).map((one) => one.id), stamp.at],
  );
  await tx.query(
    `insert into isp_service_logs (service_id, action, actor)
     select service_id, 'imported', $2::text from unnest($1::bigint[]) as service_id`,
    [ids, stamp.actor],
  );
}

async function insertSegments(tx: Transaction, services: readonly BulkService[], at: Date): Promise<void> {
  await tx.query(
    `insert into isp_service_segments (service_id, from_at, to_at, package_id, terms, allowance_octets)
     select r.service_id, span.from_at, span.to_at, r.package_id, r.terms::jsonb, r.allowance_octets
     from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $6::timestamptz[])
       as r (service_id, package_id, terms, allowance_octets, starts_at),
       lateral (values ($5::timestamptz, r.starts_at), (r.starts_at, null)) as span (from_at, to_at)
     where span.from_at is not null`,
    [
      services.map((one) => one.id),
      services.map((one) => one.planId),
      services.map((one) => one.terms),
      services.map((one) => one.allowanceOctets),
      at,
      services.map((one) => one.billing?.startsAt ?? null),
    ],
  );
}
