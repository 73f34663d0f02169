import { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import type { InvoiceId, PlanId, ServiceId } from '../../kernel/ids.ts';
import type { SegmentTerms } from '../../subscribers/services/segment.ts';
import type { LocalPeriod } from '../invoices/invoice-draft.ts';
import type { Discount } from '../promotions/discount.ts';

/** A bought period that is running or waits for its turn. */
export interface BoughtPeriod {
  readonly id: string;
  readonly startAt: Temporal.Instant;
  readonly endAt: Temporal.Instant;
  /** What was paid for it, net of discount. */
  readonly lineNet: bigint;
  /** Undefined for a free one, and where nothing can be given back: void or written off. */
  readonly creditableInvoiceId: InvoiceId | undefined;
}

/** The periods of a service that end after an instant, in order of time. */
export async function boughtPeriods(
  q: Queryable,
  serviceId: ServiceId,
  after: Temporal.Instant,
): Promise<BoughtPeriod[]> {
  const rows = await q.query<{
    id: string;
    period_start: Date;
    period_end: Date;
    line_net: string | null;
    invoice_id: InvoiceId | null;
  }>(
    `select c.id, c.period_start, c.period_end, c.line_net, i.id as invoice_id
     from isp_billing_cycles c
       left join invoices i on i.id = c.invoice_id and i.voided_at is null and i.amount_written_off = 0
     where c.service_id = $1::bigint and c.state = 'open' and c.period_end > $2::timestamptz
     order by c.period_start`,
    [serviceId, after],
  );
  return rows.map((row) => ({
    id: row.id,
    startAt: instantOf(row.period_start),
    endAt: instantOf(row.period_end),
    lineNet: BigInt(row.line_net ?? '0'),
    creditableInvoiceId: row.invoice_id ?? undefined,
  }));
}

/** Whether the set-up fee of a service stands on an invoice (T2). */
export async function isSetUpCharged(q: Queryable, serviceId: ServiceId): Promise<boolean> {
  const rows = await q.query(
    `select from invoice_lines where charge_key = 'setup:' || $1::text and not voided`,
    [serviceId],
  );
  return rows.length > 0;
}

/** Writes a bought period. Prepaid charges no overage, so that it counts as rated from the start (Q9). */
export async function insertBoughtPeriod(
  tx: Transaction,
  period: {
    readonly serviceId: ServiceId;
    readonly seq: number;
    readonly startAt: Temporal.Instant;
    readonly endAt: Temporal.Instant;
    readonly dates: LocalPeriod;
    readonly allowanceOctets: bigint | undefined;
    readonly invoiceId: InvoiceId | undefined;
    readonly lineNet: bigint;
    readonly discounts: readonly Discount[];
  },
): Promise<void> {
  await tx.query(
    `insert into isp_billing_cycles (service_id, seq, period_start, period_end, full_start_on, full_end_on,
       allowance_bytes, invoice_id, last_invoice_id, line_net, line_from_at, discounts, overage_charged)
     values ($1::bigint, $2::int, $3::timestamptz, $4::timestamptz, $5::date, $6::date, $7::bigint, $8::bigint,
       $8::bigint, $9::bigint, $3::timestamptz, $10::jsonb, 0)`,
    [
      period.serviceId,
      period.seq,
      period.startAt,
      period.endAt,
      period.dates.startOn,
      period.dates.endOn,
      period.allowanceOctets ?? null,
      period.invoiceId ?? null,
      period.lineNet,
      JSON.stringify(period.discounts),
    ],
  );
}

/** Moves a period that waits for its turn. */
export async function movePeriod(
  tx: Transaction,
  period: { readonly id: string; readonly startAt: Temporal.Instant; readonly endAt: Temporal.Instant },
): Promise<void> {
  await tx.query(
    'update isp_billing_cycles set period_start = $2::timestamptz, period_end = $3::timestamptz where id = $1::bigint',
    [period.id, period.startAt, period.endAt],
  );
}

/** Marks the periods that are over as closed. */
export async function closeEnded(tx: Transaction, serviceId: ServiceId, at: Temporal.Instant): Promise<void> {
  await tx.query(
    `update isp_billing_cycles set state = 'closed'
     where service_id = $1::bigint and state = 'open' and period_end <= $2::timestamptz`,
    [serviceId, at],
  );
}

/** The stretch a period counts its usage in. */
export interface BoughtSegment {
  readonly at: Temporal.Instant;
  readonly planId: PlanId;
  readonly terms: SegmentTerms;
  readonly allowanceOctets: bigint | undefined;
}

/** Lets a new stretch without end begin; what counted then ends there. Counting must be held if that is not ahead. */
export async function beginSegment(
  tx: Transaction,
  serviceId: ServiceId,
  segment: BoughtSegment,
): Promise<void> {
  const { at, planId, allowanceOctets } = segment;
  await tx.query(
    `update isp_service_segments set to_at = $2::timestamptz
     where service_id = $1::bigint and from_at < $2::timestamptz and (to_at is null or to_at > $2::timestamptz)`,
    [serviceId, at],
  );
  const values = [serviceId, at, planId, JSON.stringify(segment.terms), allowanceOctets ?? null];
  await tx.query(
    `with same as (
       update isp_service_segments set package_id = $3::bigint, terms = $4::jsonb, allowance_octets = $5::bigint,
         to_at = null
       where service_id = $1::bigint and from_at = $2::timestamptz returning 1)
     insert into isp_service_segments (service_id, from_at, package_id, terms, allowance_octets)
     select $1::bigint, $2::timestamptz, $3::bigint, $4::jsonb, $5::bigint where not exists (select from same)`,
    values,
  );
}

/** Takes away the stretches that wait after an instant, and answers them in order of time. */
export async function takeWaitingSegments(
  tx: Transaction,
  serviceId: ServiceId,
  after: Temporal.Instant,
): Promise<BoughtSegment[]> {
  const rows = await tx.query<{
    from_at: Date;
    package_id: PlanId;
    terms: SegmentTerms;
    allowance_octets: string | null;
  }>(
    `delete from isp_service_segments where service_id = $1::bigint and from_at > $2::timestamptz
     returning from_at, package_id, terms, allowance_octets`,
    [serviceId, after],
  );
  return rows
    .map((row) => ({
      at: instantOf(row.from_at),
      planId: row.package_id,
      terms: row.terms,
      allowanceOctets: row.allowance_octets === null ? undefined : BigInt(row.allowance_octets),
    }))
    .sort((a, b) => Temporal.Instant.compare(a.at, b.at));
}

function instantOf(at: Date): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime());
}
