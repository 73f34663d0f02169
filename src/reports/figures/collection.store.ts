import type { Queryable } from '../../db/database.ts';
import { REPORT_DEADLINE } from './price-row.ts';
import type { SqlRange } from './range.ts';

/** Invoices issued in a range by currency, void ones excluded, and what of them is overdue today (Z4). */
export interface OverdueRow {
  readonly currency: string;
  readonly issued: bigint;
  readonly issuedMinor: bigint;
  readonly overdue: bigint;
  readonly overdueMinor: bigint;
}

/** What of the invoices of a range is overdue on a local date (I7, Z4). */
export async function overdueRows(q: Queryable, range: SqlRange, today: string): Promise<OverdueRow[]> {
  const rows = await q.query<Record<'currency' | 'issued' | 'issued_amount' | 'overdue' | 'amount', string>>(
    `select currency, count(*) as issued, sum(total) as issued_amount,
       count(*) filter (where is_overdue) as overdue,
       coalesce(sum(balance) filter (where is_overdue), 0) as amount
     from (select currency, total, balance, balance > 0 and amount_written_off = 0 and due_date < $3::date as is_overdue
       from invoices where voided_at is null and issue_date >= $1::date and issue_date < $2::date) i
     group by currency order by currency`,
    [range.fromDate, range.toDate, today],
    REPORT_DEADLINE,
  );
  return rows.map((row) => ({
    currency: row.currency,
    issued: BigInt(row.issued),
    issuedMinor: BigInt(row.issued_amount),
    overdue: BigInt(row.overdue),
    overdueMinor: BigInt(row.amount),
  }));
}

/** Reminders of a level that were sent in a range, and those that worked (Z5). */
export interface DunningRow {
  readonly level: number;
  readonly sent: bigint;
  readonly successful: bigint;
}

/**
 * Reminders sent in a range. One worked when its invoice was fully paid within `days` local dates of it, and before
 * the next reminder. The courtesy notice (level 0) is none (N1).
 */
export async function dunningRows(
  q: Queryable,
  range: SqlRange,
  { days, timeZone }: { readonly days: number; readonly timeZone: string },
): Promise<DunningRow[]> {
  const rows = await q.query<{ level: number; sent: string; successful: string }>(
    `select d.level, count(*) as sent, count(*) filter (
         where i.paid_at >= d.sent_at and i.voided_at is null
           and (i.paid_at at time zone $3::text)::date <= (d.sent_at at time zone $3::text)::date + $4::int
           and not exists (select 1 from isp_dunning_logs n where n.invoice_id = d.invoice_id and n.status = 'sent'
             and n.level > d.level and n.sent_at <= i.paid_at)) as successful
     from isp_dunning_logs d join invoices i on i.id = d.invoice_id
     where d.status = 'sent' and d.level > 0 and d.sent_at >= $1::timestamptz and d.sent_at < $2::timestamptz
     group by d.level order by d.level`,
    [range.fromAt, range.toAt, timeZone, days],
    REPORT_DEADLINE,
  );
  return rows.map((row) => ({
    level: row.level,
    sent: BigInt(row.sent),
    successful: BigInt(row.successful),
  }));
}
