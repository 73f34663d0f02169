import type { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';

/** Makes a service cancelled, with nothing due. */
export async function cancelService(tx: Transaction, id: ServiceId, at: Temporal.Instant): Promise<void> {
  await tx.query(
    `update isp_services set status = 'cancelled', reason = null, cancelled_at = $2::timestamptz,
       next_billing_date = null, next_package_id = null, state_version = state_version + 1
     where id = $1::bigint`,
    [id, at],
  );
}

/** Lets a service end with its period (X1). */
export async function cancelAtPeriodEnd(tx: Transaction, id: ServiceId): Promise<void> {
  await tx.query('update isp_services set cancel_at_end = true where id = $1::bigint', [id]);
}
