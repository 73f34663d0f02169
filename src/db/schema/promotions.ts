import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  numeric,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant } from '../columns.ts';
import { customers } from './customers.ts';
import { services } from './services.ts';

/** A discount code (billing-rules section 9). `value` is a percentage, or minor units of `currency`. */
export const promotions = pgTable(
  'isp_promotions',
  {
    id: id(),
    code: text('code').notNull(),
    type: text('type').notNull(),
    value: numeric('value').notNull(),
    currency: text('currency'),
    duration: text('duration').notNull().default('once'),
    cycles: integer('cycles'),
    validFrom: instant('valid_from'),
    validUntil: instant('valid_until'),
    maxRedemptions: integer('max_redemptions'),
    maxPerCustomer: integer('max_per_customer').notNull().default(1),
    stackable: boolean('stackable').notNull().default(false),
    /** Packages it applies to; null = all. */
    packageIds: amount('package_ids').array(),
    redeemedCount: integer('redeemed_count').notNull().default(0),
    version: integer('version').notNull().default(1),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('isp_promotions_code_key').on(sql`upper(${t.code})`),
    check(
      'isp_promotions_value',
      sql`case ${t.type} when 'percent' then ${t.value} > 0 and ${t.value} <= 100
        when 'fixed' then ${t.value} > 0 and ${t.currency} is not null else false end`,
    ),
    check(
      'isp_promotions_duration',
      sql`${t.duration} in ('once', 'repeating', 'forever') and (${t.duration} = 'repeating') = (${t.cycles} is not null)`,
    ),
    check('isp_promotions_cycles', sql`${t.cycles} >= 1`),
    check('isp_promotions_max_redemptions', sql`${t.redeemedCount} <= ${t.maxRedemptions}`),
  ],
);

/** A code in force on a service; `cycles_left` counts base lines still to discount, null = for ever (D2, D5). */
export const promotionRedemptions = pgTable(
  'promotion_redemptions',
  {
    id: id(),
    promotionId: amount('promotion_id')
      .notNull()
      .references(() => promotions.id),
    serviceId: amount('service_id')
      .notNull()
      .references(() => services.id),
    customerId: amount('customer_id')
      .notNull()
      .references(() => customers.id),
    cyclesLeft: integer('cycles_left'),
    redeemedAt: instant('redeemed_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    unique('promotion_redemptions_key').on(t.promotionId, t.serviceId),
    index('promotion_redemptions_service_idx').on(t.serviceId),
    index('promotion_redemptions_customer_idx').on(t.customerId, t.promotionId),
    check('promotion_redemptions_cycles_left', sql`${t.cyclesLeft} >= 0`),
  ],
);
