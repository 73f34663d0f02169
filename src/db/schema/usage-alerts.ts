import { sql } from 'drizzle-orm';
import { boolean, check, integer, pgTable, unique } from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant } from '../columns.ts';
import { services } from './services.ts';

/** That a service has used 80 or 100 per cent of a period's allowance (billing-rules F1): once each. */
export const usageAlerts = pgTable(
  'isp_usage_alerts',
  {
    id: id(),
    serviceId: amount('service_id')
      .notNull()
      .references(() => services.id),
    periodStart: instant('period_start').notNull(),
    threshold: integer('threshold').notNull(),
    usedOctets: amount('used_octets').notNull(),
    allowanceOctets: amount('allowance_octets').notNull(),
    acknowledged: boolean('acknowledged').notNull().default(false),
    /** By the business clock. */
    raisedAt: instant('raised_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    unique('isp_usage_alerts_once').on(t.serviceId, t.periodStart, t.threshold),
    check('isp_usage_alerts_threshold', sql`${t.threshold} in (80, 100)`),
  ],
);
