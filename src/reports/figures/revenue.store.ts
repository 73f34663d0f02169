import type { Queryable } from '../../db/database.ts';
import { REPORT_DEADLINE } from './price-row.ts';
import type { SqlRange } from './range.ts';

/** The figures of billing-rules Z2. */
export const REVENUE_MEASURES = [
  'invoiced_net',
  'tax',
  'collected',
  'refunded',
  'recognised',
  'monthly_revenue',
] as const;
export type RevenueMeasure = (typeof REVENUE_MEASURES)[number];

/** One figure; `method` splits what was collected. */
export interface RevenueRow {
  readonly measure: RevenueMeasure;
  readonly currency: string;
  readonly method: string | null;
  readonly amountMinor: bigint;
}

const IS_BY_DAY = `(l.kind in ('base', 'proration_credit', 'proration_charge') and l.period_end > l.period_start)`;
const IS_AT_END = `(l.kind = 'overage' and l.period_end is not null)`;

/**
 * What is earned of a line before a local date (Z2): of base and proration lines each day its part, overage with the
 * last day of its period, the rest when it is issued. A running sum, so that adjacent ranges add up.
 */
function earnedBefore(date: string): string {
  return `case
    when ${IS_BY_DAY} then round(l.net::numeric
      * (least(greatest(${date}::date, l.period_start), l.period_end) - l.period_start) / (l.period_end - l.period_start))
    when ${IS_AT_END} then case when ${date}::date >= l.period_end then l.net else 0 end
    else case when ${date}::date > d.issue_date then l.net else 0 end end`;
}

const EARNED = `(${earnedBefore('$2')}) - (${earnedBefore('$1')})`;
const VOIDED_ON = '(d.voided_at at time zone $5::text)::date';
/** What a void takes back: all that was earned, on its day; and from then on what each day would earn. */
const TAKEN_BACK = `case when $2::date > ${VOIDED_ON} then ${earnedBefore('$2')} else 0 end
  - case when $1::date > ${VOIDED_ON} then ${earnedBefore('$1')} else 0 end`;
const OVERLAPS = `l.period_end >= $1::date and l.period_start < $2::date and (${IS_BY_DAY} or ${IS_AT_END})`;
const AT_ISSUE = `d.issue_date >= $1::date and d.issue_date < $2::date and not coalesce(${IS_BY_DAY} or ${IS_AT_END}, false)`;

/** What was issued, less what was credited and voided, each on its own day. */
const DOCUMENTS = `documents as (
    select currency, subtotal, tax_total from invoices where issue_date >= $1::date and issue_date < $2::date
    union all
    select currency, -subtotal, -tax_total from invoices
    where voided_at >= $3::timestamptz and voided_at < $4::timestamptz
    union all
    select currency, -subtotal, -tax_total from credit_notes where issue_date >= $1::date and issue_date < $2::date)`;

/** Each branch finds its rows by an index: a range of a month reads what happened in it, not the whole history. */
const QUERY = `with earned as (
    select d.currency, ${EARNED} as amount
    from invoice_lines l join invoices d on d.id = l.invoice_id where ${OVERLAPS}
    union all
    select d.currency, ${EARNED} from invoices d join invoice_lines l on l.invoice_id = d.id where ${AT_ISSUE}
    union all
    select d.currency, -(${TAKEN_BACK})
    from invoices d join invoice_lines l on l.invoice_id = d.id where d.voided_at < $4::timestamptz
    union all
    select d.currency, -(${EARNED})
    from credit_note_lines l join credit_notes d on d.id = l.credit_note_id where ${OVERLAPS}
    union all
    select d.currency, -(${EARNED})
    from credit_notes d join credit_note_lines l on l.credit_note_id = d.id where ${AT_ISSUE}
    union all
    select d.currency, -d.subtotal from credit_notes d
    where d.issue_date >= $1::date and d.issue_date < $2::date
      and not exists (select 1 from credit_note_lines l where l.credit_note_id = d.id)),
  ${DOCUMENTS}
  select 'invoiced_net' as measure, currency, null as method, sum(subtotal) as amount from documents group by currency
  union all select 'tax', currency, null, sum(tax_total) from documents group by currency
  union all select 'recognised', currency, null, sum(amount) from earned group by currency
  union all select 'collected', currency, method, sum(amount) from payments
    where received_at >= $3::timestamptz and received_at < $4::timestamptz group by currency, method
  union all select 'refunded', p.currency, null, sum(r.amount) from refunds r join payments p on p.id = r.payment_id
    where r.refunded_at >= $3::timestamptz and r.refunded_at < $4::timestamptz group by p.currency
  union all select 'monthly_revenue', currency, null, sum(total) from invoices
    where paid_at >= $3::timestamptz and paid_at < $4::timestamptz group by currency`;

/**
 * Revenue of a range by currency (Z2), in one statement. A void and a credit note count on their own day, as in the
 * ledger: a month that is over does not change.
 */
export async function revenueRows(q: Queryable, range: SqlRange, timeZone: string): Promise<RevenueRow[]> {
  const rows = await q.query<{
    measure: RevenueMeasure;
    currency: string;
    method: string | null;
    amount: string;
  }>(QUERY, [range.fromDate, range.toDate, range.fromAt, range.toAt, timeZone], REPORT_DEADLINE);
  return rows.map(({ amount, ...row }) => ({ ...row, amountMinor: BigInt(amount) }));
}

/** Only what was invoiced without tax, by currency: a fraction of the work. */
export async function invoicedNet(q: Queryable, range: SqlRange): Promise<Map<string, bigint>> {
  const rows = await q.query<{ currency: string; amount: string }>(
    `with ${DOCUMENTS} select currency, sum(subtotal) as amount from documents group by currency`,
    [range.fromDate, range.toDate, range.fromAt, range.toAt],
    REPORT_DEADLINE,
  );
  return new Map(rows.map(({ currency, amount }) => [currency, BigInt(amount)]));
}
