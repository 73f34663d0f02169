import type { Transaction } from '../../db/database.ts';
import type { InvoiceId } from '../../kernel/ids.ts';

/** A period and its one-off items belong to another invoice from now on: the first was voided (R5). */
export async function setPeriodInvoice(
  tx: Transaction,
  period: { readonly id: string },
  move: { readonly from: InvoiceId; readonly to: InvoiceId },
): Promise<void> {
  await tx.query(
    `with moved as (update isp_billing_items set invoice_id = $3::bigint where invoice_id = $2::bigint)
     update isp_billing_cycles set invoice_id = $3::bigint,
       last_invoice_id = case when last_invoice_id = $2::bigint then $3::bigint else last_invoice_id end
     where id = $1::bigint`,
    [period.id, move.from, move.to],
  );
}
