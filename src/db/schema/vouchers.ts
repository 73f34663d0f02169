import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { amount, bytea, createdAt, id, instant } from '../columns.ts';
import { customers } from './customers.ts';
import { packages } from './plans.ts';
import { services } from './services.ts';

/** Vouchers that were made together, to be printed. */
export const voucherBatches = pgTable(
  'voucher_batches',
  {
    id: id(),
    name: text('name').notNull(),
    count: integer('count').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [check('voucher_batches_count', sql`${t.count} > 0`)],
);

/**
 * A code worth money or a period of a prepaid package, once (billing-rules Q7). It is found by a keyed hash and
 * printed from its sealed text; the plain code is nowhere.
 */
export const vouchers = pgTable(
  'vouchers',
  {
    id: id(),
    codeHash: bytea('code_hash').notNull(),
    codeEnc: bytea('code_enc').notNull(),
    type: text('type').notNull(),
    value: amount('value'),
    currency: text('currency'),
    packageId: amount('package_id').references(() => packages.id),
    batchId: amount('batch_id').references(() => voucherBatches.id),
    expiresAt: instant('expires_at'),
    usedAt: instant('used_at'),
    usedBy: amount('used_by').references(() => customers.id),
    usedServiceId: amount('used_service_id').references(() => services.id),
    createdAt: createdAt(),
  },
  (t) => [
    unique('vouchers_code_hash_key').on(t.codeHash),
    index('vouchers_batch_idx').on(t.batchId),
    index('vouchers_package_idx').on(t.packageId),
    index('vouchers_used_by_idx').on(t.usedBy),
    index('vouchers_used_service_idx').on(t.usedServiceId),
    check(
      'vouchers_worth',
      sql`(${t.type} = 'credit' and ${t.value} > 0 and ${t.currency} is not null and ${t.packageId} is null)
        or (${t.type} = 'package' and ${t.packageId} is not null and ${t.value} is null)`,
    ),
    check('vouchers_used_by_somebody', sql`(${t.usedAt} is null) = (${t.usedBy} is null)`),
  ],
);
