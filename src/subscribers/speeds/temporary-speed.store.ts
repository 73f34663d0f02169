import { and, asc, lte, ne } from 'drizzle-orm';
import type { Queryable } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { services } from '../../db/schema/services.ts';

/** User names of services whose own rate has ended, the longest overdue first. */
export async function servicesPastTheirSpeed(
  q: Queryable,
  due: { readonly at: Date; readonly limit: number },
): Promise<string[]> {
  const rows = await orm(q)
    .select({ username: services.username })
    .from(services)
    .where(and(lte(services.rateLimitUntil, due.at), ne(services.status, 'cancelled')))
    .orderBy(asc(services.rateLimitUntil))
    .limit(due.limit);
  return rows.map((row) => row.username);
}
