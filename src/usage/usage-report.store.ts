import { desc, eq } from 'drizzle-orm';
import type { Queryable } from '../db/database.ts';
import { orm } from '../db/orm.ts';
import { usageLogs } from '../db/schema/usage.ts';
import type { ServiceId } from '../kernel/ids.ts';

/** Usage of a service on one local day. */
export interface UsageDay {
  /** ISO date in the installation's zone. */
  readonly date: string;
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
  /** Highest rate between two reports, both directions together, in bits per second. */
  readonly peakBps: bigint;
  /** Octets of both directions per wall-clock hour 0 to 23. */
  readonly hours: readonly bigint[];
}

/** The latest local days with usage, newest first. */
export async function listUsageDays(
  q: Queryable,
  filter: { serviceId: ServiceId; days: number },
): Promise<UsageDay[]> {
  const rows = await orm(q)
    .select()
    .from(usageLogs)
    .where(eq(usageLogs.serviceId, BigInt(filter.serviceId)))
    .orderBy(desc(usageLogs.usageDate))
    .limit(filter.days);
  return rows.map((row) => ({
    date: row.usageDate,
    uploadOctets: row.upload,
    downloadOctets: row.download,
    peakBps: row.peakBps,
    hours: row.hours,
  }));
}
