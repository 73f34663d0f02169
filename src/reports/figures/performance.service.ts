import { readBillingContext } from '../../billing/billing-context.service.ts';
import type { Database, Queryable } from '../../db/database.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SYSTEM_ACTOR } from '../../platform/identity/actor.ts';
import { standingReport } from './dashboard.service.ts';
import { serviceCounts } from './dashboard.store.ts';
import { recurringReport } from './money-reports.service.ts';
import { insertMetrics, metricsPage, type PerformanceMetric } from './performance.store.ts';

export { PERFORMANCE_NAMES, type PerformanceName } from './performance.store.ts';

/**
 * Keeps how the business stands today, by the business clock, once a day: what no report can work out later. Safe to
 * run again.
 */
export async function recordPerformance(deps: {
  readonly db: Database;
  readonly clock: Clock;
}): Promise<{ readonly recorded: number }> {
  const { db, clock } = deps;
  const ctx = await readBillingContext(db, clock, SYSTEM_ACTOR);
  const { states, customers } = await serviceCounts(db);
  const of = (...names: Parameters<typeof states.get>[0][]) =>
    BigInt(names.reduce((sum, name) => sum + (states.get(name) ?? 0), 0));
  const recurring = (await recurringReport(db, ctx)).all;
  const standing = (await standingReport(db, ctx)).all;
  const metrics: PerformanceMetric[] = [
    { name: 'customers', currency: '', value: BigInt(customers) },
    { name: 'active_services', currency: '', value: of('active', 'throttled') },
    { name: 'suspended_services', currency: '', value: of('suspended') },
    ...recurring.map(({ currency, mrrMinor }) => ({ name: 'mrr' as const, currency, value: mrrMinor })),
    ...standing.flatMap(({ currency, receivableMinor, overdueMinor, creditMinor }) => [
      { name: 'receivable' as const, currency, value: receivableMinor },
      { name: 'overdue_amount' as const, currency, value: overdueMinor },
      { name: 'credit_balance' as const, currency, value: creditMinor },
    ]),
  ];
  const at = startOfDay(ctx.today, ctx.settings.isp_timezone).toString();
  return { recorded: await db.transaction((tx) => insertMetrics(tx, at, metrics)) };
}

/** A page of what was kept, newest first. */
export function readPerformance(
  q: Queryable,
  page: Parameters<typeof metricsPage>[1],
): ReturnType<typeof metricsPage> {
  return metricsPage(q, page);
}
