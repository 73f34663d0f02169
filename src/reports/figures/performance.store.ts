import type { Queryable, Transaction } from '../../db/database.ts';

/** What is kept of each day: what can no longer be worked out later. */
export const PERFORMANCE_NAMES = [
  'mrr',
  'receivable',
  'overdue_amount',
  'credit_balance',
  'customers',
  'active_services',
  'suspended_services',
] as const;
export type PerformanceName = (typeof PERFORMANCE_NAMES)[number];

/** A figure of a day; `currency` is empty for counts, `at` the first instant of the local date. */
export interface PerformanceMetric {
  readonly name: PerformanceName;
  readonly currency: string;
  readonly value: bigint;
}

/** Keeps figures of a day, each the first time only; answers how many were new. */
export async function insertMetrics(
  tx: Transaction,
  at: string,
  metrics: readonly PerformanceMetric[],
): Promise<number> {
  const rows = await tx.query(
    `insert into isp_performance_metrics (name, at, currency, value)
     select name, $1::timestamptz, currency, value from unnest($2::text[], $3::text[], $4::bigint[]) as m (name, currency, value)
     on conflict do nothing returning 1`,
    [at, metrics.map((one) => one.name), metrics.map((one) => one.currency), metrics.map((one) => one.value)],
  );
  return rows.length;
}

/** A page of what was kept, newest first. */
export async function metricsPage(
  q: Queryable,
  page: {
    readonly name: PerformanceName | undefined;
    readonly currency: string | undefined;
    readonly from: Date | undefined;
    readonly to: Date | undefined;
    readonly beforeId: bigint | undefined;
    readonly limit: number;
  },
): Promise<(PerformanceMetric & { readonly id: string; readonly at: Date })[]> {
  const rows = await q.query<{
    id: string;
    name: PerformanceName;
    at: Date;
    currency: string;
    value: string;
  }>(
    `select id, name, at, currency, value from isp_performance_metrics
     where ($1::text is null or name = $1::text) and ($2::text is null or currency = $2::text)
       and ($3::timestamptz is null or at >= $3::timestamptz) and ($4::timestamptz is null or at < $4::timestamptz)
       and ($5::bigint is null or id < $5::bigint)
     order by id desc limit $6::int`,
    [
      page.name ?? null,
      page.currency ?? null,
      page.from ?? null,
      page.to ?? null,
      page.beforeId ?? null,
      page.limit,
    ],
  );
  return rows.map(({ value, ...row }) => ({ ...row, value: BigInt(value) }));
}
