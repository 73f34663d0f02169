import type { Queryable } from '../../db/database.ts';
import type { InvoiceId, ServiceId } from '../../kernel/ids.ts';
import { countedOctetsSql } from '../../subscribers/counted-octets.ts';

/** A period as it is listed. */
export interface ListedCycle {
  readonly id: string;
  readonly seq: number;
  readonly startAt: Date;
  readonly endAt: Date;
  readonly state: string;
  readonly allowanceOctets: bigint | undefined;
  readonly usedOctets: bigint;
  readonly overageMinor: bigint | undefined;
  readonly invoiceId: InvoiceId | undefined;
  readonly invoiceNumber: string | undefined;
}

/** Periods of a service, newest first, with what was used in each. */
export async function listCycles(
  q: Queryable,
  page: { readonly serviceId: ServiceId; readonly beforeSeq: number | undefined; readonly limit: number },
): Promise<ListedCycle[]> {
  const rows = await q.query<{
    id: string;
    seq: number;
    period_start: Date;
    period_end: Date;
    state: string;
    allowance_bytes: string | null;
    used: string;
    overage_charged: string | null;
    invoice_id: string | null;
    number: string | null;
  }>(
    `select c.id, c.seq, c.period_start, c.period_end, c.state, c.allowance_bytes, c.overage_charged, c.invoice_id,
       i.series || '-' || lpad(i.number::text, 6, '0') as number,
       (select coalesce(sum(${countedOctetsSql('g')}), 0)::text from isp_service_segments g
        where g.service_id = c.service_id and g.from_at >= c.period_start and g.from_at < c.period_end) as used
     from isp_billing_cycles c left join invoices i on i.id = c.invoice_id
     where c.service_id = $1::bigint and c.seq < $2::int order by c.seq desc limit $3::int`,
    [page.serviceId, page.beforeSeq ?? 2_147_483_647, page.limit],
  );
  return rows.map((row) => ({
    id: row.id,
    seq: row.seq,
    startAt: row.period_start,
    endAt: row.period_end,
    state: row.state,
    allowanceOctets: row.allowance_bytes === null ? undefined : BigInt(row.allowance_bytes),
    usedOctets: BigInt(row.used),
    overageMinor: row.overage_charged === null ? undefined : BigInt(row.overage_charged),
    invoiceId: (row.invoice_id ?? undefined) as InvoiceId | undefined,
    invoiceNumber: row.number ?? undefined,
  }));
}
