import type { Queryable } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { REPORT_DEADLINE } from './price-row.ts';
import type { SqlRange } from './range.ts';

/** What was carried in each of the 24 local hours of the day, and the highest rate of any accounting interval (Z6). */
export interface BusyHours {
  readonly hours: readonly bigint[];
  readonly peakBps: bigint;
}

const HOURS = Array.from({ length: 24 }, (_, hour) => `coalesce(sum(hours[${hour + 1}]), 0)`).join(', ');

/** The traffic of a range, of all services or of one. */
export async function busyHours(
  q: Queryable,
  range: SqlRange,
  serviceId: ServiceId | undefined,
): Promise<BusyHours> {
  const [row] = await q.query<{ hours: string[]; peak_bps: string }>(
    `select to_jsonb(array[${HOURS}]::text[]) as hours, coalesce(max(peak_bps), 0) as peak_bps
     from isp_usage_logs where usage_date >= $1::date and usage_date < $2::date
       ${serviceId === undefined ? '' : 'and service_id = $3::bigint'}`,
    [range.fromDate, range.toDate, ...(serviceId === undefined ? [] : [serviceId])],
    REPORT_DEADLINE,
  );
  return { hours: (row?.hours ?? []).map(BigInt), peakBps: BigInt(row?.peak_bps ?? 0) };
}
