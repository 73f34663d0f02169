import { z } from 'zod';

const count = z.number().nonnegative().catch(0);

/** What the RADIUS role keeps in `role_health.counters`; a missing or odd value counts as 0. */
const radiusCounters = z.object({
  accepts: count,
  walled_accepts: count,
  rejects: count,
  accounting_responses: count,
  auth_log_lost: count,
  accounting_queue: count,
  drops: z.record(z.string(), count).catch({}),
  access_latency: z
    .object({ bounds_us: z.array(z.number()), counts: z.array(z.number()) })
    .catch({ bounds_us: [], counts: [] }),
});

/** The counters of a RADIUS role, parsed. */
export interface RadiusReport {
  /** Rising counts by name; drops are `drop.REASON`, latency buckets `latency.BOUND_US`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly accountingQueue: number;
  readonly latencyBoundsUs: readonly number[];
}

/** Reads the counters a RADIUS role reported. */
export function radiusReportOf(counters: unknown): RadiusReport {
  const parsed = radiusCounters.parse(counters ?? {});
  const { bounds_us: boundsUs, counts: buckets } = parsed.access_latency;
  return {
    counts: {
      accepts: parsed.accepts + parsed.walled_accepts,
      rejects: parsed.rejects,
      accounting: parsed.accounting_responses,
      log_lost: parsed.auth_log_lost,
      ...Object.fromEntries(Object.entries(parsed.drops).map(([reason, drops]) => [`drop.${reason}`, drops])),
      ...Object.fromEntries(buckets.map((hits, index) => [`latency.${boundsUs[index] ?? 'over'}`, hits])),
    },
    accountingQueue: parsed.accounting_queue,
    latencyBoundsUs: boundsUs,
  };
}
