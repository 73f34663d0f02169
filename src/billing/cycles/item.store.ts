import type { Transaction } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';

/** Keeps a one-off item until an invoice takes it. */
export async function insertItem(
  tx: Transaction,
  item: { serviceId: ServiceId; amountMinor: bigint; description: string; actor: string },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into isp_billing_items (service_id, amount, description, actor)
     values ($1::bigint, $2::bigint, $3::text, $4::text) returning id`,
    [item.serviceId, item.amountMinor, item.description, item.actor],
  );
  return row?.id ?? '';
}
