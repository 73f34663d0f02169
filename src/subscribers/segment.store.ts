import { and, desc, eq, gt, isNull, lte, or } from 'drizzle-orm';
import type { Queryable, Transaction } from '../db/database.ts';
import { orm } from '../db/orm.ts';
import { serviceSegments } from '../db/schema/services.ts';
import type { PlanId, ServiceId } from '../kernel/ids.ts';
import { type PlanTerms, type SegmentTerms, segmentTerms, termsAllowance } from './segment.ts';

/** The segment usage counts into at an instant. */
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
  const [row] = await orm(q)
    .select()
    .from(serviceSegments)
    .where(
      and(
        eq(serviceSegments.serviceId, BigInt(serviceId)),
        lte(serviceSegments.fromAt, at),
        or(isNull(serviceSegments.toAt), gt(serviceSegments.toAt, at)),
      ),
    )
    .orderBy(desc(serviceSegments.fromAt))
    .limit(1);
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
