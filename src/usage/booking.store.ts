import type { Transaction } from '../db/database.ts';
import type { LocalHour } from '../kernel/calendar.ts';
import type { ServiceId } from '../kernel/ids.ts';

/** Octets of a service at an instant, which belong to its segment and to the local day and hour of then. */
export interface Booking {
  readonly serviceId: ServiceId;
  /** Chooses the segment. */
  readonly at: Date;
  readonly hour: LocalHour;
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
  /** The rate of the interval they were gathered in; 0 when that is unknown (billing-rules Z6). */
  readonly peakBps: number;
}

/**
 * Counts octets where the accounting statement counts those of RADIUS (`sessions/commit-parts.ts`): the local day with
 * its hour, and the segment of the instant (billing-rules O6). Answers false, with nothing counted, when the service
 * has no segment then.
 */
export async function bookUsage(tx: Transaction, booking: Booking): Promise<boolean> {
  const { serviceId, at, hour, uploadOctets, downloadOctets } = booking;
  const rows = await tx.query(
    `with segment as (
       update isp_service_segments set upload_octets = upload_octets + $3::bigint,
         download_octets = download_octets + $4::bigint
       where service_id = $1::bigint and from_at <= $2::timestamptz and (to_at is null or to_at > $2::timestamptz)
       returning 1)
     insert into isp_usage_logs as l (service_id, usage_date, upload, download, peak_bps, hours)
     select $1::bigint, $5::date, $3::bigint, $4::bigint, $7::bigint,
       array_fill(0::bigint, array[$6::int]) || ($3::bigint + $4::bigint)
         || array_fill(0::bigint, array[23 - $6::int])
     from segment
     on conflict on constraint isp_usage_logs_key do update set upload = l.upload + excluded.upload,
       download = l.download + excluded.download, peak_bps = greatest(l.peak_bps, excluded.peak_bps),
       hours[$6::int + 1] = l.hours[$6::int + 1] + excluded.upload + excluded.download
     returning 1`,
    [serviceId, at, uploadOctets, downloadOctets, hour.date, hour.hour, booking.peakBps],
  );
  return rows.length === 1;
}
