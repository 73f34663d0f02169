import { pgTable, text, unique } from 'drizzle-orm/pg-core';
import { amount, createdAt, id, instant } from '../columns.ts';

/**
 * Figures of the business as they stood on a local date, one of each name and currency: what can no longer be worked
 * out later, such as recurring revenue. `at` is the first instant of the date; counts have no currency.
 */
export const performanceMetrics = pgTable(
  'isp_performance_metrics',
  {
    id: id(),
    name: text('name').notNull(),
    at: instant('at').notNull(),
    currency: text('currency').notNull().default(''),
    value: amount('value').notNull(),
    createdAt: createdAt(),
  },
  (t) => [unique('isp_performance_metrics_key').on(t.name, t.currency, t.at)],
);
