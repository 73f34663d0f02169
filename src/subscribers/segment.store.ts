import { and, eq, isNull } from 'drizzle-orm';
import type { Queryable, Transaction } from '../db/database.ts';
import { orm } from '../db/orm.ts';
import { serviceSegments } from '../db/schema/services.ts';
import type { PlanId, ServiceId } from '../kernel/ids.ts';
import { type PlanTerms, type SegmentTerms, segmentAllowance, segmentTerms } from './segment.ts';

/** The segment usage counts into now. */
export interface OpenSegment {
  readonly fromAt: Date;
  readonly terms: SegmentTerms;
  readonly allowanceOctets: bigint | undefined;
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
}

/** Opens a segment under the terms the plan has now. */
export async function insertSegment(
  tx: Transaction,
  segment: { serviceId: ServiceId; fromAt: Date; planId: PlanId; plan: PlanTerms },
): Promise<void> {
  await orm(tx)
    .insert(serviceSegments)
    .values({
      serviceId: BigInt(segment.serviceId),
      fromAt: segment.fromAt,
      packageId: BigInt(segment.planId),
      terms: segmentTerms(segment.plan),
      allowanceOctets: segmentAllowance(segment.plan) ?? null,
    });
}

/** The open segment of a service; undefined before it was activated. */
export async function findOpenSegment(q: Queryable, serviceId: ServiceId): Promise<OpenSegment | undefined> {
  const [row] = await orm(q)
    .select()
    .from(serviceSegments)
    .where(and(eq(serviceSegments.serviceId, BigInt(serviceId)), isNull(serviceSegments.toAt)));
  return (
    row && {
      fromAt: row.fromAt,
      // Written by insertSegment and the import alone.
      terms: row.terms as SegmentTerms,
      allowanceOctets: row.allowanceOctets ?? undefined,
      uploadOctets: row.uploadOctets,
      downloadOctets: row.downloadOctets,
    }
  );
}
