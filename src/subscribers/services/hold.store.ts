import { and, eq, isNull } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { serviceHolds } from '../../db/schema/services.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import type { HoldCause } from './suspension.ts';

/** The causes that hold a service now. */
export async function standingHolds(q: Queryable, serviceId: ServiceId): Promise<Set<HoldCause>> {
  const rows = await orm(q)
    .select({ cause: serviceHolds.cause })
    .from(serviceHolds)
    .where(and(eq(serviceHolds.serviceId, BigInt(serviceId)), isNull(serviceHolds.liftedAt)));
  // The check constraint of the table allows no other causes.
  return new Set(rows.map((row) => row.cause as HoldCause));
}

/** Adds a hold; one that stands already breaks `service_holds_one_per_cause`. */
export async function insertHold(
  tx: Transaction,
  hold: { serviceId: ServiceId; cause: HoldCause; note: string | undefined; sinceAt: Date },
): Promise<void> {
  await orm(tx)
    .insert(serviceHolds)
    .values({
      serviceId: BigInt(hold.serviceId),
      cause: hold.cause,
      note: hold.note ?? null,
      sinceAt: hold.sinceAt,
    });
}

/** Lifts the hold of one cause. */
export async function liftHold(
  tx: Transaction,
  hold: { serviceId: ServiceId; cause: HoldCause; liftedAt: Date },
): Promise<void> {
  await orm(tx)
    .update(serviceHolds)
    .set({ liftedAt: hold.liftedAt })
    .where(
      and(
        eq(serviceHolds.serviceId, BigInt(hold.serviceId)),
        eq(serviceHolds.cause, hold.cause),
        isNull(serviceHolds.liftedAt),
      ),
    );
}
