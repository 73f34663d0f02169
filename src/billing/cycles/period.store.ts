import type { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import type { InvoiceId, PlanId, ServiceId } from '../../kernel/ids.ts';
import type { SegmentTerms } from '../../subscribers/services/segment.ts';
import type { Discount } from '../promotions/discount.ts';

/** A period to be written, with all that begins with it. */
export interface NewPeriod {
  readonly serviceId: ServiceId;
  readonly seq: number;
  readonly planId: PlanId;
  readonly anchorDay: number | undefined;
  readonly startAt: Temporal.Instant;
  readonly endAt: Temporal.Instant;
  readonly endOn: Temporal.PlainDate;
  readonly fullStartOn: Temporal.PlainDate;
  readonly allowanceOctets: bigint | undefined;
  /** Of a whole period under these terms: what the segment after this period may use until it is billed. */
  readonly wholeAllowanceOctets: bigint | undefined;
  readonly terms: SegmentTerms;
  readonly invoiceId: InvoiceId | undefined;
  readonly lastInvoiceId: InvoiceId | undefined;
  readonly lineNet: bigint | undefined;
  readonly discounts: readonly Discount[];
}

/** Writes what rating found; `invoiceId` is the invoice a period in arrears was billed on. */
export async function closeRated(
  tx: Transaction,
  rated: readonly { readonly periodId: string; readonly overageCharged: bigint }[],
  invoiceId: InvoiceId | undefined,
): Promise<void> {
  if (rated.length === 0) return;
  await tx.query(
    `update isp_billing_cycles c set overage_charged = r.charged,
       state = case when c.state = 'open' then 'closed' else c.state end,
       invoice_id = coalesce(c.invoice_id, $3::bigint), last_invoice_id = coalesce(c.last_invoice_id, $3::bigint)
     from unnest($1::bigint[], $2::bigint[]) as r (id, charged) where c.id = r.id`,
    [rated.map((one) => one.periodId), rated.map((one) => one.overageCharged), invoiceId ?? null],
  );
}

/**
 * Opens a period in one statement: the row of the period, the service's dates, and its segment, which has counted
 * since the boundary and gets its terms now. What was used after the period's end, when it is written late, moves
 * on to a segment that waits for the next boundary: usage is kept by local day, and so is the boundary (O6).
 * Answers false when no segment begins at the start of the period.
 */
export async function writePeriod(tx: Transaction, period: NewPeriod): Promise<boolean> {
  const rows = await tx.query(
    `with served as (
       update isp_services set package_id = $3::bigint, next_package_id = null, anchor_day = $4::int,
         period_start = $5::timestamptz, period_end = $6::timestamptz, next_billing_date = $7::date
       where id = $1::bigint),
     opened as (
       insert into isp_billing_cycles (service_id, seq, period_start, period_end, full_start_on, full_end_on,
         allowance_bytes, invoice_id, last_invoice_id, line_net, line_from_at, discounts)
       values ($1::bigint, $2::int, $5::timestamptz, $6::timestamptz, $8::date, $7::date, $9::bigint,
         $10::bigint, $15::bigint, $11::bigint, case when $11::bigint is null then null else $5::timestamptz end, $12::jsonb)),
     later as (
       select coalesce(sum(upload), 0) as upload, coalesce(sum(download), 0) as download from isp_usage_logs
       where service_id = $1::bigint and usage_date >= $7::date),
     dressed as (
       update isp_service_segments g set package_id = $3::bigint, terms = $13::jsonb,
         allowance_octets = $9::bigint, to_at = $6::timestamptz,
         upload_octets = g.upload_octets - least(l.upload, g.upload_octets),
         download_octets = g.download_octets - least(l.download, g.download_octets)
       from later l
       where g.service_id = $1::bigint and g.from_at >= $5::timestamptz and g.from_at < $6::timestamptz
         and g.to_at is null
       returning l.upload, l.download)
     insert into isp_service_segments (service_id, from_at, package_id, terms, allowance_octets, upload_octets,
       download_octets)
     select $1::bigint, $6::timestamptz, $3::bigint, $13::jsonb, $14::bigint, d.upload, d.download from dressed d
     returning 1`,
    [
      period.serviceId,
      period.seq,
      period.planId,
      period.anchorDay ?? null,
      period.startAt,
      period.endAt,
      period.endOn,
      period.fullStartOn,
      period.allowanceOctets ?? null,
      period.invoiceId ?? null,
      period.lineNet ?? null,
      JSON.stringify(period.discounts),
      JSON.stringify(period.terms),
      period.wholeAllowanceOctets ?? null,
      period.lastInvoiceId ?? null,
    ],
  );
  return rows.length === 1;
}

/** Keeps everybody else from writing segments, and reports from being counted, until the transaction ends. */
export async function lockSegments(tx: Transaction): Promise<void> {
  await tx.query('lock table isp_service_segments in share row exclusive mode');
}

/**
 * Cuts the segment that waits for its terms at the first instant of a local date, with the usage of that date and
 * later in the new one.
 */
export async function cutWaitingSegment(
  tx: Transaction,
  cut: { readonly serviceId: ServiceId; readonly at: Temporal.Instant; readonly on: Temporal.PlainDate },
): Promise<void> {
  await tx.query(
    `with later as (
       select coalesce(sum(upload), 0) as upload, coalesce(sum(download), 0) as download from isp_usage_logs
       where service_id = $1::bigint and usage_date >= $3::date),
     cut as (
       update isp_service_segments g set to_at = $2::timestamptz,
         upload_octets = g.upload_octets - least(l.upload, g.upload_octets),
         download_octets = g.download_octets - least(l.download, g.download_octets)
       from later l
       where g.service_id = $1::bigint and g.to_at is null and g.from_at < $2::timestamptz
       returning g.package_id, g.terms, g.allowance_octets, l.upload, l.download)
     insert into isp_service_segments (service_id, from_at, package_id, terms, allowance_octets, upload_octets,
       download_octets)
     select $1::bigint, $2::timestamptz, package_id, terms, allowance_octets, upload, download from cut`,
    [cut.serviceId, cut.at, cut.on],
  );
}

/** Marks one-off items as billed (T4). */
export async function markItemsBilled(
  tx: Transaction,
  items: readonly { readonly id: string }[],
  billed: { readonly invoiceId: InvoiceId | undefined; readonly at: Temporal.Instant },
): Promise<void> {
  if (items.length === 0) return;
  await tx.query(
    `update isp_billing_items set invoice_id = $2::bigint, billed_at = $3::timestamptz
     where id = any($1::bigint[])`,
    [items.map(({ id }) => id), billed.invoiceId ?? null, billed.at],
  );
}

/** Takes one cycle from each code that discounted a base line (D2). */
export async function consumeCycles(tx: Transaction, discounts: readonly Discount[]): Promise<void> {
  if (discounts.length === 0) return;
  await tx.query(
    'update promotion_redemptions set cycles_left = cycles_left - 1 where id = any($1::bigint[]) and cycles_left > 0',
    [discounts.map(({ redemptionId }) => redemptionId)],
  );
}

/** Ends the periods of a service that has no next one: it is cancelled, or nothing is opened while suspended (S4). */
export async function endPeriods(tx: Transaction, serviceId: ServiceId): Promise<void> {
  await tx.query('update isp_services set next_billing_date = null where id = $1::bigint', [serviceId]);
}
