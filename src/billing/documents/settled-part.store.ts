import { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { InvoiceId } from '../../kernel/ids.ts';
import type { SettledPart } from './settled-part.ts';

/**
 * What was put on an invoice and stands: payments and what else came out of the wallet, credit notes as far as they
 * lowered it, a write-off that was not taken back. They add up to what is not its balance.
 */
export async function settledParts(
  q: Queryable,
  invoiceId: InvoiceId,
  timeZone: string,
): Promise<SettledPart[]> {
  const rows = await q.query<{ day: string; what: string; reference: string | null; amount: string }>(
    `select (at at time zone $2::text)::date::text as day, what, reference, amount from (
       select a.id as place, a.allocated_at as at, a.amount,
         case w.source when 'payment' then 'Payment, ' || replace(p.method, '_', ' ')
           when 'voucher' then 'Voucher' else 'Credit' end as what,
         case w.source when 'payment' then coalesce(p.external_ref, p.id::text)
           when 'credit_note' then n.series || '-' || lpad(n.number::text, 6, '0') else w.source_id::text end as reference
       from allocations a join wallet_credits w on w.id = a.wallet_credit_id
       left join payments p on w.source = 'payment' and p.id = w.source_id
       left join credit_notes n on w.source = 'credit_note' and n.id = w.source_id
       where a.invoice_id = $1::bigint and a.reversed_at is null
       union all
       select n.id, n.issued_at, n.applied, 'Credit note', n.series || '-' || lpad(n.number::text, 6, '0')
       from credit_notes n where n.invoice_id = $1::bigint and n.applied > 0
       union all
       select e.id, e.occurred_at, i.amount_written_off, 'Written off', ''
       from invoices i join lateral (select id, occurred_at from ledger_entries
         where event = 'write_off' and ref_id = i.id order by id desc limit 1) e on true
       where i.id = $1::bigint and i.amount_written_off > 0
     ) parts order by at, place`,
    [invoiceId, timeZone],
  );
  return rows.map((row) => ({
    on: Temporal.PlainDate.from(row.day),
    what: row.what,
    reference: row.reference ?? '',
    amountMinor: BigInt(row.amount),
  }));
}
