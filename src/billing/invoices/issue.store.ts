import type { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import type { InvoiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import { formatRate } from '../../kernel/rate.ts';
import type { TaxTerms } from '../tax.ts';
import type { InvoiceAmounts } from './invoice-amounts.ts';
import type { InvoiceDraft } from './invoice-draft.ts';
import { TAKEN_NUMBER } from './taken-number.ts';

/** One statement: an invoice run sends it for every service. */
const ISSUE = `with ${TAKEN_NUMBER},
  issued as (
    insert into invoices (series, number, kind, customer_id, service_id, source_invoice_id, currency, issue_date,
      due_date, period_start, period_end, subtotal, discount_total, tax_total, total, tax_rate, tax_mode,
      tax_rounding, tax_exempt, issued_at, paid_at)
    select $1::text, taken.value, $2::text, $3::bigint, $4::bigint, $5::bigint, $6::text, $7::date, $8::date,
      $9::date, $10::date, $11::bigint, $12::bigint, $13::bigint, $14::bigint, $15::text, $16::text, $17::text,
      $18::boolean, $19::timestamptz, case when $14::bigint = 0 then $19::timestamptz end
    from taken returning id, number),
  lines as (
    insert into invoice_lines (invoice_id, kind, description, amount, discount, net, period_start, period_end, charge_key)
    select issued.id, l.kind, l.description, l.amount, l.discount, l.net, l.period_start, l.period_end, l.charge_key
    from issued, unnest($20::text[], $21::text[], $22::bigint[], $23::bigint[], $24::bigint[], $25::date[],
      $26::date[], $27::text[]) with ordinality
      as l (kind, description, amount, discount, net, period_start, period_end, charge_key, position)
    order by l.position)
  select id, number, (select credit_balance from customers where id = $3::bigint) as credit from issued`;

/**
 * Takes the next number (I3) and writes an invoice with its lines; of total 0 it is paid at once (I5). A charge key in
 * use breaks `invoice_lines_charge_key`. Answers the credit of the customer too, whose row the caller has locked. Do it
 * late: others wait for the next number until the commit.
 */
export async function insertInvoice(
  tx: Transaction,
  invoice: {
    readonly draft: InvoiceDraft;
    readonly amounts: InvoiceAmounts;
    readonly tax: TaxTerms;
    readonly at: Temporal.Instant;
  },
): Promise<{ readonly id: InvoiceId; readonly number: bigint; readonly creditMinor: bigint }> {
  const { draft, amounts, tax, at } = invoice;
  const { lines } = amounts;
  const [row] = await tx.query<{ id: InvoiceId; number: string; credit: string }>(ISSUE, [
    'INV',
    draft.kind,
    draft.customerId,
    draft.serviceId ?? null,
    draft.sourceInvoiceId ?? null,
    draft.currency,
    draft.issueOn,
    draft.dueOn,
    draft.period?.startOn ?? null,
    draft.period?.endOn ?? null,
    amounts.subtotalMinor,
    amounts.discountMinor,
    amounts.taxMinor,
    amounts.totalMinor,
    formatRate(tax.rate),
    tax.mode,
    tax.rounding,
    tax.isExempt,
    at,
    lines.map((line) => line.kind),
    lines.map((line) => line.description),
    lines.map((line) => line.amountMinor),
    lines.map((line) => line.discountMinor),
    lines.map((line) => line.netMinor),
    lines.map((line) => line.period?.startOn ?? null),
    lines.map((line) => line.period?.endOn ?? null),
    lines.map((line) => line.chargeKey),
  ]);
  invariant(row !== undefined, 'the series INV exists');
  return { id: row.id, number: BigInt(row.number), creditMinor: BigInt(row.credit) };
}
