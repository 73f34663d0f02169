import type { Transaction } from '../db/database.ts';
import type { ServiceId } from '../kernel/ids.ts';

/** Octets of a service that no RADIUS report carried. */
export interface UsageEvent {
  readonly id: string;
  readonly serviceId: ServiceId;
  /** When they were used, which chooses the period (billing-rules O6). */
  readonly at: Date;
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
}

/** Keeps an event. A `sourceKey` that is there breaks `usage_events_source_key`. */
export async function insertUsageEvent(
  tx: Transaction,
  event: Omit<UsageEvent, 'id'> & { readonly sourceKey: string | undefined },
): Promise<UsageEvent> {
  const { serviceId, at, uploadOctets, downloadOctets, sourceKey } = event;
  const [row] = await tx.query<{ id: string }>(
    `insert into usage_events (service_id, at, upload, download, source_key)
     values ($1::bigint, $2::timestamptz, $3::bigint, $4::bigint, $5::text) returning id`,
    [serviceId, at, uploadOctets, downloadOctets, sourceKey ?? null],
  );
  return { id: row.id, serviceId, at, uploadOctets, downloadOctets };
}

/** The event a source has told before. */
export async function findUsageEvent(tx: Transaction, sourceKey: string): Promise<UsageEvent | undefined> {
  const [row] = await tx.query<{
    id: string;
    service_id: ServiceId;
    at: Date;
    upload: string;
    download: string;
  }>('select id, service_id, at, upload, download from usage_events where source_key = $1::text', [
    sourceKey,
  ]);
  return (
    row && {
      id: row.id,
      serviceId: row.service_id,
      at: row.at,
      uploadOctets: BigInt(row.upload),
      downloadOctets: BigInt(row.download),
    }
  );
}
