import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { serviceSegments } from '../../db/schema/services.ts';
import type { PlanId, ServiceId } from '../../kernel/ids.ts';
import { countedOctetsSql } from '../counted-octets.ts';
import { type PlanTerms, type SegmentTerms, segmentTerms, termsAllowance } from './segment.ts';

/** The segment usage counts into at an instant. */
export interface OpenSegment {
  readonly fromAt: Date;
  readonly terms: SegmentTerms;
  readonly allowanceOctets: bigint | undefined;
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
  /** Those that count against the allowance (billing-rules O1). */
  readonly usedOctets: bigint;
}

/** Opens the first segment of a service under the terms the plan has now; nothing when it has one. */
export async function beginCounting(
  tx: Transaction,
  segment: { serviceId: ServiceId; fromAt: Date; planId: PlanId; plan: PlanTerms },
): Promise<void> {
  const counted = await tx.query('select from isp_service_segments where service_id = $1::bigint limit 1', [
    segment.serviceId,
  ]);
  if (counted.length > 0) return;
  const terms = segmentTerms(segment.plan);
  await orm(tx)
    .insert(serviceSegments)
    .values({
      serviceId: BigInt(segment.serviceId),
      fromAt: segment.fromAt,
      packageId: BigInt(segment.planId),
      terms,
      allowanceOctets: termsAllowance(terms) ?? null,
    });
}

/** The segment of a service at an instant; undefined before it was activated. */
export async function findSegmentAt(
  q: Queryable,
  serviceId: ServiceId,
  at: Date,
): Promise<OpenSegment | undefined> {
  const [row] = await q.query<{
    from_at: Date;
    terms: SegmentTerms;
    allowance: string | null;
    upload: string;
    download: string;
    used: string;
  }>(
    `select g.from_at, g.terms, g.allowance_octets as allowance, g.upload_octets as upload,
       g.download_octets as download, ${countedOctetsSql('g')} as used
     from isp_service_segments g where g.service_id = $1::bigint and g.from_at <= $2::timestamptz
       and (g.to_at is null or g.to_at > $2::timestamptz)
     order by g.from_at desc limit 1`,
    [serviceId, at],
  );
  return (
    row && {
      fromAt: row.from_at,
      terms: row.terms,
      allowanceOctets: row.allowance === null ? undefined : BigInt(row.allowance),
      uploadOctets: BigInt(row.upload),
      downloadOctets: BigInt(row.download),
      usedOctets: BigInt(row.used),
    }
  );
}
