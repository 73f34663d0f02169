import type { Transaction } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';

/** Lets a service end with its period (X1). */
export async function cancelAtPeriodEnd(tx: Transaction, id: ServiceId): Promise<void> {
  await tx.query('update isp_services set cancel_at_end = true where id = $1::bigint', [id]);
}
