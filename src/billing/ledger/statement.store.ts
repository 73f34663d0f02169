import { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { LedgerEvent } from './posting.ts';

/** What happened between a customer and the company; `amountMinor` is positive when more is owed. */
export interface StatementRow {
  readonly id: string;
  readonly on: Temporal.PlainDate;
  readonly event: LedgerEvent;
  /** The number of the document, or the reference of the payment. */
  readonly document: string;
  readonly amountMinor: bigint;
}

/** What a customer owes less the credit, before a local date (billing-rules G4: ar - wallet). */
export async function balanceBefore(
  q: Queryable,
  customerId: CustomerId,
  before: Temporal.PlainDate | undefined,
): Promise<bigint> {
  const [row] = await q.query<{ balance: string }>(
    `select coalesce(sum(l.amount), 0) as balance
     from ledger_entries e join ledger_lines l on l.entry_id = e.id and l.account in ('ar', 'wallet')
     where e.customer_id = $1::bigint and e.occurred_on < $2::date`,
    [customerId, before?.toString() ?? '-infinity'],
  );
  return BigInt(row?.balance ?? 0);
}

/** A page of a statement in the order things happened: entries that change what is owed less the credit. */
export async function statementPage(
  q: Queryable,
  page: {
    readonly customerId: CustomerId;
    readonly from: Temporal.PlainDate | undefined;
    readonly to: Temporal.PlainDate | undefined;
    readonly after: { readonly on: Temporal.PlainDate; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<StatementRow[]> {
  const rows = await q.query<{
    id: string;
    occurred_on: string;
    event: LedgerEvent;
    document: string;
    amount: string;
  }>(
    `select e.id, e.occurred_on, e.event, m.amount,
       coalesce(i.series || '-' || lpad(i.number::text, 6, '0'), n.series || '-' || lpad(n.number::text, 6, '0'),
         p.external_ref, p.method || ' ' || p.id, e.event || ' ' || e.ref_id) as document
     from ledger_entries e
     cross join lateral (
       select sum(l.amount) as amount from ledger_lines l where l.entry_id = e.id and l.account in ('ar', 'wallet')
     ) m
     left join invoices i on i.id = e.ref_id and e.event in ('invoice', 'void', 'write_off', 'write_off_reversal')
     left join credit_notes n on n.id = e.ref_id and e.event = 'credit_note'
     left join refunds r on r.id = e.ref_id and e.event = 'refund'
     left join payments p on p.id = case e.event when 'payment' then e.ref_id when 'refund' then r.payment_id end
     where e.customer_id = $1::bigint and e.occurred_on >= $2::date and e.occurred_on < $3::date
       and (e.occurred_on, e.id) > ($4::date, $5::bigint) and m.amount <> 0
     order by e.occurred_on, e.id limit $6::int`,
    [
      page.customerId,
      page.from?.toString() ?? '-infinity',
      page.to?.toString() ?? 'infinity',
      page.after?.on.toString() ?? '-infinity',
      page.after?.id ?? '0',
      page.limit,
    ],
  );
  return rows.map((row) => ({
    id: row.id,
    on: Temporal.PlainDate.from(row.occurred_on),
    event: row.event,
    document: row.document,
    amountMinor: BigInt(row.amount),
  }));
}
