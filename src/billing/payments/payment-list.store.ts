import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { CustomerId, InvoiceId, PaymentId, ServiceId } from '../../kernel/ids.ts';
import type { InvoiceKind } from '../invoices/invoice-draft.ts';
import type { InvoiceStatus } from '../receivables/invoice-status.ts';
import { invoiceStatusSql } from '../receivables/invoice-status-sql.ts';
import type { Payment } from './payment.ts';

/** A part of a payment on an invoice. */
export interface PaymentAllocation {
  readonly invoiceId: InvoiceId;
  /** As printed. */
  readonly invoice: string;
  readonly amountMinor: bigint;
}

/** A payment as it is shown. */
export interface PaymentView extends Payment {
  /** What stands on invoices now. */
  readonly allocations: readonly PaymentAllocation[];
  /** What is left of it in the wallet. */
  readonly creditMinor: bigint;
}

/** Which payments: instants of receipt `[from, to)`; `beforeId` goes on below one, newest first. */
export interface PaymentFilter {
  readonly id?: PaymentId | undefined;
  readonly customerId?: CustomerId | undefined;
  /** Those that stand on an invoice of the service. */
  readonly serviceId?: ServiceId | undefined;
  /** Those that stand on an invoice of this kind. */
  readonly kind?: InvoiceKind | undefined;
  /** Those that stand on an invoice that has this status on a local date (I7). */
  readonly invoiceStatus?: { readonly is: InvoiceStatus; readonly on: Temporal.PlainDate } | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly beforeId?: bigint | undefined;
  readonly limit: number;
}

interface Row {
  readonly id: PaymentId;
  readonly customer_id: CustomerId;
  readonly currency: string;
  readonly amount: string;
  readonly refunded: string;
  readonly method: string;
  readonly provider: string;
  readonly external_ref: string | null;
  readonly invoice_id: InvoiceId | null;
  readonly received_at: Date;
  readonly remaining: string;
  readonly allocations: readonly { invoice_id: string; invoice: string; amount: string }[];
}

/** Payments newest first. */
export async function listPayments(q: Queryable, filter: PaymentFilter): Promise<PaymentView[]> {
  const { invoiceStatus } = filter;
  const status = invoiceStatus === undefined ? 'null' : invoiceStatusSql('i', invoiceStatus.on);
  const rows = await q.query<Row>(
    `select p.*, w.remaining, (
       select coalesce(jsonb_agg(jsonb_build_object('invoice_id', i.id::text, 'amount', a.amount::text,
         'invoice', i.series || '-' || lpad(i.number::text, 6, '0')) order by a.id), '[]')
       from allocations a join invoices i on i.id = a.invoice_id where a.payment_id = p.id and a.reversed_at is null
     ) as allocations
     from payments p join wallet_credits w on w.source = 'payment' and w.source_id = p.id
     where ($1::bigint is null or p.id = $1::bigint) and ($2::bigint is null or p.customer_id = $2::bigint)
       and (coalesce($3::text, $8::text, $9::text) is null or exists (
         select from allocations a join invoices i on i.id = a.invoice_id
         where a.payment_id = p.id and a.reversed_at is null
           and ($3::text is null or i.service_id = $3::bigint) and ($8::text is null or i.kind = $8::text)
           and ($9::text is null or ${status} = $9::text)
       ))
       and ($4::timestamptz is null or p.received_at >= $4::timestamptz)
       and ($5::timestamptz is null or p.received_at < $5::timestamptz)
       and ($6::bigint is null or p.id < $6::bigint)
     order by p.id desc limit $7::int`,
    [
      filter.id ?? null,
      filter.customerId ?? null,
      filter.serviceId ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.beforeId ?? null,
      filter.limit,
      filter.kind ?? null,
      invoiceStatus?.is ?? null,
    ],
  );
  return rows.map(view);
}

function view(row: Row): PaymentView {
  return {
    id: row.id,
    customerId: row.customer_id,
    currency: row.currency,
    amountMinor: BigInt(row.amount),
    refundedMinor: BigInt(row.refunded),
    method: row.method,
    provider: row.provider,
    externalRef: row.external_ref ?? undefined,
    invoiceId: row.invoice_id ?? undefined,
    receivedAt: row.received_at,
    creditMinor: BigInt(row.remaining),
    allocations: row.allocations.map((one) => ({
      invoiceId: one.invoice_id as InvoiceId,
      invoice: one.invoice,
      amountMinor: BigInt(one.amount),
    })),
  };
}
