import { type SQL, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { amount, bytea, createdAt, id, inet, instant } from '../columns.ts';
import { customers } from './customers.ts';
import { packages } from './plans.ts';

/**
 * One subscription: credentials, plan, state. `state_version` rises with every change a session must learn of,
 * `version` with every change somebody makes.
 */
export const services = pgTable(
  'isp_services',
  {
    id: id(),
    customerId: amount('customer_id')
      .notNull()
      .references(() => customers.id),
    packageId: amount('package_id')
      .notNull()
      .references(() => packages.id),
    nextPackageId: amount('next_package_id').references(() => packages.id),
    username: text('username').notNull(),
    description: text('description'),
    passwordEnc: bytea('password_enc').notNull(),
    status: text('status').notNull().default('pending'),
    reason: text('reason'),
    macAddress: text('mac_address'),
    macBind: boolean('mac_bind').notNull().default(false),
    allowedNasIds: amount('allowed_nas_ids').array(),
    sessionLimit: integer('session_limit'),
    rateLimit: text('rate_limit'),
    rateLimitUntil: instant('rate_limit_until'),
    framedIp: inet('framed_ip'),
    framedPool: text('framed_pool'),
    framedIpv6Prefix: text('framed_ipv6_prefix'),
    delegatedIpv6Prefix: text('delegated_ipv6_prefix'),
    framedRoutes: text('framed_routes').array(),
    radiusAttributes: jsonb('radius_attributes').notNull().default([]),
    anchorDay: integer('anchor_day'),
    billingStartsOn: date('billing_starts_on'),
    periodStart: instant('period_start'),
    periodEnd: instant('period_end'),
    nextBillingDate: date('next_billing_date'),
    expiresAt: instant('expires_at'),
    autoRenew: boolean('auto_renew').notNull().default(false),
    cancelAtEnd: boolean('cancel_at_end').notNull().default(false),
    stateVersion: integer('state_version').notNull().default(1),
    version: integer('version').notNull().default(1),
    createdAt: createdAt(),
    activatedAt: instant('activated_at'),
    cancelledAt: instant('cancelled_at'),
  },
  (t) => [
    unique('isp_services_username_key').on(t.username),
    unique('isp_services_framed_ip_key').on(t.framedIp),
    index('isp_services_username_search_idx').on(sql`lower(${t.username}) text_pattern_ops`),
    index('isp_services_search_idx').using('gin', serviceWords(t)),
    index('isp_services_mac_idx').on(t.macAddress).where(sql`${t.macAddress} is not null`),
    index('isp_services_customer_idx').on(t.customerId),
    index('isp_services_package_idx').on(t.packageId),
    index('isp_services_next_package_idx').on(t.nextPackageId),
    index('isp_services_billing_idx').on(t.status, t.nextBillingDate),
    index('isp_services_expiry_idx').on(t.status, t.expiresAt),
    index('isp_services_temporary_speed_idx')
      .on(t.rateLimitUntil)
      .where(sql`${t.rateLimitUntil} is not null`),
    check(
      'isp_services_status',
      sql`${t.status} in ('pending', 'active', 'throttled', 'suspended', 'expired', 'cancelled')`,
    ),
  ],
);

/**
 * What a service is found by: the words of its user name and description, parted at punctuation as those of customers
 * are. A semicolon parts words of itself, and drizzle-kit can carry none in an index.
 */
export function serviceWords(t: { readonly username: AnyPgColumn; readonly description: AnyPgColumn }): SQL {
  return sql`to_tsvector('simple'::regconfig, translate(${t.username} || ' ' || coalesce(${t.description}, ''),
    '''!"#$%&()*+,-./:<=>?@[\\]^_\`{|}~‘’“”–—', repeat(' ', 37)))`;
}

/** A stretch `[from_at, to_at)` of a service under unchanged terms; usage counts into it, billing rates it. */
export const serviceSegments = pgTable(
  'isp_service_segments',
  {
    id: id(),
    serviceId: amount('service_id')
      .notNull()
      .references(() => services.id),
    fromAt: instant('from_at').notNull(),
    toAt: instant('to_at'),
    packageId: amount('package_id')
      .notNull()
      .references(() => packages.id),
    terms: jsonb('terms').notNull(),
    allowanceOctets: amount('allowance_octets'),
    uploadOctets: amount('upload_octets').notNull().default(sql`0`),
    downloadOctets: amount('download_octets').notNull().default(sql`0`),
  },
  (t) => [
    index('isp_service_segments_service_idx').on(t.serviceId, t.fromAt),
    index('isp_service_segments_package_idx').on(t.packageId),
    check('isp_service_segments_order', sql`${t.toAt} is null or ${t.toAt} > ${t.fromAt}`),
  ],
);

/** Why a service is suspended (billing-rules S5); each cause is lifted by its own event. */
export const serviceHolds = pgTable(
  'service_holds',
  {
    id: id(),
    serviceId: amount('service_id')
      .notNull()
      .references(() => services.id),
    cause: text('cause').notNull(),
    note: text('note'),
    sinceAt: instant('since_at').notNull(),
    liftedAt: instant('lifted_at'),
  },
  (t) => [
    uniqueIndex('service_holds_one_per_cause').on(t.serviceId, t.cause).where(sql`${t.liftedAt} is null`),
    check('service_holds_cause', sql`${t.cause} in ('admin', 'nonpayment', 'data_cap')`),
  ],
);

/** What happened to a service, by whom; never updated. */
export const serviceLogs = pgTable(
  'isp_service_logs',
  {
    id: id(),
    serviceId: amount('service_id')
      .notNull()
      .references(() => services.id),
    action: text('action').notNull(),
    actor: text('actor').notNull(),
    detail: jsonb('detail').notNull().default({}),
    createdAt: createdAt(),
  },
  (t) => [index('isp_service_logs_service_idx').on(t.serviceId, t.createdAt)],
);
