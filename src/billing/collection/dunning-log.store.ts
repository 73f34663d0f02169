import type { Queryable } from '../../db/database.ts';
import type { CustomerId, InvoiceId, ServiceId } from '../../kernel/ids.ts';
import type { InvoiceKind } from '../invoices/invoice-draft.ts';
import type { ReminderStatus } from './dunning.ts';

/** An entry of the dunning log as it is shown. */
export interface DunningLog {
  readonly id: string;
  readonly invoiceId: InvoiceId;
  /** As printed. */
  readonly invoice: string;
  readonly customerId: CustomerId;
  readonly serviceId: ServiceId | undefined;
  readonly level: number;
  readonly status: ReminderStatus;
  readonly channel: string;
  readonly sentAt: Date | undefined;
  readonly error: string | undefined;
}

/** Which entries: instants of sending `[from, to)`; `beforeId` goes on below one, newest first. */
export interface DunningLogFilter {
  readonly customerId?: CustomerId | undefined;
  readonly serviceId?: ServiceId | undefined;
  readonly invoiceId?: InvoiceId | undefined;
  readonly status?: ReminderStatus | undefined;
  /** Of the invoice they are about. */
  readonly kind?: InvoiceKind | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly beforeId?: bigint | undefined;
  readonly limit: number;
}

interface Row {
  readonly id: string;
  readonly invoice_id: InvoiceId;
  readonly invoice: string;
  readonly customer_id: CustomerId;
  readonly service_id: ServiceId | null;
  readonly level: number;
  readonly status: ReminderStatus;
  readonly channel: string;
  readonly sent_at: Date | null;
  readonly error: string | null;
}

/** Entries of the dunning log, newest first. */
export async function listDunningLogs(q: Queryable, filter: DunningLogFilter): Promise<DunningLog[]> {
  const rows = await q.query<Row>(
    `select d.id, d.invoice_id, i.series || '-' || lpad(i.number::text, 6, '0') as invoice, i.customer_id,
       i.service_id, d.level, d.status, d.channel, d.sent_at, d.error
     from isp_dunning_logs d join invoices i on i.id = d.invoice_id
     where ($1::bigint is null or i.customer_id = $1::bigint) and ($2::bigint is null or i.service_id = $2::bigint)
       and ($3::bigint is null or i.id = $3::bigint) and ($4::text is null or d.status = $4::text)
       and ($5::timestamptz is null or d.sent_at >= $5::timestamptz)
       and ($6::timestamptz is null or d.sent_at < $6::timestamptz) and ($7::bigint is null or d.id < $7::bigint)
       and ($9::text is null or i.kind = $9::text)
     order by d.id desc limit $8::int`,
    [
      filter.customerId ?? null,
      filter.serviceId ?? null,
      filter.invoiceId ?? null,
      filter.status ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.beforeId ?? null,
      filter.limit,
      filter.kind ?? null,
    ],
  );
  return rows.map((row) => ({
    id: row.id,
    invoiceId: row.invoice_id,
    invoice: row.invoice,
    customerId: row.customer_id,
    serviceId: row.service_id ?? undefined,
    level: row.level,
    status: row.status,
    channel: row.channel,
    sentAt: row.sent_at ?? undefined,
    error: row.error ?? undefined,
  }));
}
