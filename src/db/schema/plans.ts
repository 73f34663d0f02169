import { sql } from 'drizzle-orm';
import { check, integer, jsonb, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant } from '../columns.ts';

/** What is sold (a plan in the code, a package on the outside). Speeds are kept in MikroTik grammar, upload first. */
export const packages = pgTable(
  'isp_packages',
  {
    id: id(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    price: amount('price').notNull(),
    currency: text('currency').notNull(),
    model: text('model').notNull().default('postpaid'),
    cycle: text('cycle').notNull().default('monthly'),
    cycleCount: integer('cycle_count').notNull().default(1),
    baseTiming: text('base_timing').notNull().default('advance'),
    dataLimitGb: numeric('data_limit_gb'),
    limitAction: text('limit_action').notNull().default('notify'),
    rateLimit: text('rate_limit'),
    fup: jsonb('fup').notNull().default([]),
    pool: text('pool'),
    addressList: text('address_list'),
    ipv6Pool: text('ipv6_pool'),
    pppProfile: text('ppp_profile'),
    sessionLimit: integer('session_limit').notNull().default(1),
    idleTimeoutS: integer('idle_timeout_s'),
    sessionTimeoutS: integer('session_timeout_s'),
    interimIntervalS: integer('interim_interval_s'),
    radiusAttributes: jsonb('radius_attributes').notNull().default([]),
    setupFee: amount('setup_fee').notNull().default(sql`0`),
    trialDays: integer('trial_days').notNull().default(0),
    validityUnit: text('validity_unit'),
    validityCount: integer('validity_count'),
    tier: text('tier'),
    version: integer('version').notNull().default(1),
    createdAt: createdAt(),
    archivedAt: instant('archived_at'),
  },
  (t) => [
    unique('isp_packages_code_key').on(t.code),
    check('isp_packages_price_not_negative', sql`${t.price} >= 0`),
    check('isp_packages_model', sql`${t.model} in ('postpaid', 'prepaid')`),
    check('isp_packages_limit_action', sql`${t.limitAction} in ('overage', 'throttle', 'block', 'notify')`),
    check(
      'isp_packages_prepaid_never_overage',
      sql`${t.model} <> 'prepaid' or ${t.limitAction} <> 'overage'`,
    ),
    check('isp_packages_tier', sql`${t.tier} in ('basic', 'standard', 'premium', 'enterprise')`),
    check('isp_packages_session_limit', sql`${t.sessionLimit} >= 0`),
    check('isp_packages_cycle', sql`${t.cycle} in ('daily', 'weekly', 'monthly') and ${t.cycleCount} >= 1`),
    check('isp_packages_base_timing', sql`${t.baseTiming} in ('advance', 'arrears')`),
    check('isp_packages_first_invoice', sql`${t.setupFee} >= 0 and ${t.trialDays} >= 0`),
    check(
      'isp_packages_validity',
      sql`(${t.validityUnit} is null) = (${t.validityCount} is null)
        and ${t.validityUnit} in ('hours', 'days', 'weeks', 'months') and ${t.validityCount} >= 1`,
    ),
  ],
);

/**
 * What data beyond the allowance costs (billing-rules O2 to O5), one row per tier in the order of `up_to_blocks`;
 * the last tier has no end, and a flat price is that tier alone. `block_gb`, `rounding` and `cap` are the package's
 * and repeat on each row.
 */
export const overagePricing = pgTable(
  'isp_overage_pricing',
  {
    id: id(),
    packageId: amount('package_id')
      .notNull()
      .references(() => packages.id),
    blockGb: numeric('block_gb').notNull(),
    upToBlocks: integer('up_to_blocks'),
    price: amount('price').notNull(),
    rounding: text('rounding').notNull().default('block'),
    cap: amount('cap'),
    createdAt: createdAt(),
  },
  (t) => [
    unique('isp_overage_pricing_tier_key').on(t.packageId, t.upToBlocks).nullsNotDistinct(),
    check('isp_overage_pricing_rounding', sql`${t.rounding} in ('block', 'exact')`),
    check(
      'isp_overage_pricing_amounts',
      sql`${t.blockGb} > 0 and ${t.price} >= 0 and ${t.cap} >= 0 and ${t.upToBlocks} >= 1`,
    ),
  ],
);
