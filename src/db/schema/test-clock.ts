import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, text } from 'drizzle-orm/pg-core';
import { amount, instant } from '../columns.ts';

/** Where the business clock stands once it was set (billing-rules M5): one row or none. Real time where there is none. */
export const testClock = pgTable(
  'test_clock',
  {
    isOnly: boolean('is_only').primaryKey().default(true),
    at: instant('at').notNull(),
    /** Rises with every setting; each role reports the one it has taken. */
    version: amount('version').notNull(),
    setBy: text('set_by').notNull(),
    setAt: instant('set_at').notNull().default(sql`now()`),
  },
  (t) => [check('test_clock_is_only', sql`${t.isOnly}`)],
);
