import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import type { InvoiceId } from '../../kernel/ids.ts';

/** An invoice that may bring a late fee. */
export interface FeeCandidate {
  readonly id: InvoiceId;
}

/** Overdue invoices other than late fees, due before a date (billing-rules L1), by rising id. */
export async function feeCandidates(
  q: Queryable,
  page: {
    readonly dueBefore: Temporal.PlainDate;
    /** Without any mark, or without this one. */
    readonly unmarked: 'ever' | { readonly key: string };
    readonly afterId: string;
    readonly limit: number;
  },
): Promise<FeeCandidate[]> {
  const key = page.unmarked === 'ever' ? null : page.unmarked.key;
  return q.query<FeeCandidate>(
    `select i.id from invoices i
     where i.balance > 0 and i.amount_written_off = 0 and i.kind <> 'late_fee' and i.due_date < $1::date
       and i.id > $2::bigint and not exists (
         select from late_fee_marks m where m.source_invoice_id = i.id and ($3::text is null or m.fee_key = $3::text)
       )
     order by i.id limit $4::int`,
    [page.dueBefore.toString(), page.afterId, key, page.limit],
  );
}

/** The marks of an invoice. */
export async function feeMarks(q: Queryable, invoiceId: InvoiceId): Promise<string[]> {
  const rows = await q.query<{ fee_key: string }>(
    'select fee_key from late_fee_marks where source_invoice_id = $1::bigint',
    [invoiceId],
  );
  return rows.map((row) => row.fee_key);
}

/** Marks an invoice as charged; a second mark of one key is refused by the primary key. */
export async function insertFeeMark(
  tx: Transaction,
  mark: { readonly sourceInvoiceId: InvoiceId; readonly key: string; readonly invoiceId: InvoiceId },
): Promise<void> {
  await tx.query(
    'insert into late_fee_marks (source_invoice_id, fee_key, invoice_id) values ($1::bigint, $2, $3::bigint)',
    [mark.sourceInvoiceId, mark.key, mark.invoiceId],
  );
}
