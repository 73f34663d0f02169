import type { Database } from '../db/database.ts';
import type { ServiceId } from '../kernel/ids.ts';
import { findSegmentAt, type OpenSegment } from '../subscribers/services/segment.store.ts';
import { peakHour } from './peak-hours.ts';
import { listUsageDays, type UsageDay } from './usage-report.store.ts';

/** What a service used: in the running segment, and by local day, newest first. */
export interface ServiceUsage {
  readonly segment: OpenSegment | undefined;
  readonly days: readonly (UsageDay & { readonly peakHour: number | undefined })[];
}

/** Reads the latest days with usage. `at` is the business clock's time. */
export async function readServiceUsage(
  db: Database,
  question: { readonly serviceId: ServiceId; readonly at: Date; readonly days: number },
): Promise<ServiceUsage> {
  const { serviceId, at } = question;
  const segment = await findSegmentAt(db, serviceId, at);
  const days = await listUsageDays(db, { serviceId, days: question.days });
  return { segment, days: days.map((day) => ({ ...day, peakHour: peakHour(day.hours) })) };
}
