import type { Transaction } from '../db/database.ts';
import type { ServiceId } from '../kernel/ids.ts';
import type { Counters } from './counter-delta.ts';

/** A session whose counters the API is told; its id is unique within its service. */
export interface CounterKey {
  readonly serviceId: ServiceId;
  readonly sessionId: string;
}

/** Where the counters of a session stand; all 0 for a new one (billing-rules O9). The service must be locked. */
export async function readCounters(tx: Transaction, key: CounterKey): Promise<Counters> {
  const [row] = await tx.query<{ upload: string; download: string; time: string }>(
    `select upload_octets as upload, download_octets as download, session_time_s as time from usage_counters
     where service_id = $1::bigint and session_id = $2::text`,
    [key.serviceId, key.sessionId],
  );
  return {
    uploadOctets: Number(row?.upload ?? 0),
    downloadOctets: Number(row?.download ?? 0),
    sessionTimeS: Number(row?.time ?? 0),
  };
}

/** Keeps where they stand now. */
export async function saveCounters(
  tx: Transaction,
  key: CounterKey,
  counters: Counters & { readonly at: Date },
): Promise<void> {
  await tx.query(
    `insert into usage_counters as c (service_id, session_id, upload_octets, download_octets, session_time_s, last_at)
     values ($1::bigint, $2::text, $3::bigint, $4::bigint, $5::bigint, $6::timestamptz)
     on conflict on constraint usage_counters_key do update set upload_octets = excluded.upload_octets,
       download_octets = excluded.download_octets, session_time_s = excluded.session_time_s,
       last_at = greatest(c.last_at, excluded.last_at), told_at = now()`,
    [
      key.serviceId,
      key.sessionId,
      counters.uploadOctets,
      counters.downloadOctets,
      counters.sessionTimeS,
      counters.at,
    ],
  );
}
