import type { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import type { CreditNoteId, InvoiceId, PlanId, ServiceId } from '../../kernel/ids.ts';
import type { SegmentTerms } from '../../subscribers/services/segment.ts';

/** Keeps a change of package; its id names what it charges. */
export async function insertChange(
  tx: Transaction,
  change: {
    readonly serviceId: ServiceId;
    readonly fromPlanId: PlanId;
    readonly toPlanId: PlanId;
    readonly at: Temporal.Instant;
    readonly periodStartAt: Temporal.Instant | undefined;
    readonly creditMinor: bigint;
    readonly chargeMinor: bigint;
    readonly actor: string;
  },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into isp_service_changes (service_id, from_package_id, to_package_id, effective_at, period_start,
       credit, charge, actor)
     values ($1::bigint, $2::bigint, $3::bigint, $4::timestamptz, $5::timestamptz, $6::bigint, $7::bigint, $8::text)
     returning id`,
    [
      change.serviceId,
      change.fromPlanId,
      change.toPlanId,
      change.at,
      change.periodStartAt ?? null,
      change.creditMinor,
      change.chargeMinor,
      change.actor,
    ],
  );
  return row?.id ?? '';
}

/** Names the document a change led to. */
export async function documentChange(
  tx: Transaction,
  id: string,
  document: { readonly invoiceId?: InvoiceId | undefined; readonly creditNoteId?: CreditNoteId | undefined },
): Promise<void> {
  await tx.query(
    'update isp_service_changes set invoice_id = $2::bigint, credit_note_id = $3::bigint where id = $1::bigint',
    [id, document.invoiceId ?? null, document.creditNoteId ?? null],
  );
}

/** The package of a service from now on; a change that waited is replaced (P5). */
export async function setPackage(tx: Transaction, serviceId: ServiceId, planId: PlanId): Promise<void> {
  await tx.query(
    'update isp_services set package_id = $2::bigint, next_package_id = null where id = $1::bigint',
    [serviceId, planId],
  );
}

/** Lets the next period choose the anchor: the old one belongs to another kind of cycle (C4, C5). */
export async function forgetAnchor(tx: Transaction, serviceId: ServiceId): Promise<void> {
  await tx.query('update isp_services set anchor_day = null where id = $1::bigint', [serviceId]);
}

/** The package of the next period; undefined when none waits any more (P5). */
export async function setNextPackage(
  tx: Transaction,
  serviceId: ServiceId,
  planId: PlanId | undefined,
): Promise<void> {
  await tx.query('update isp_services set next_package_id = $2::bigint where id = $1::bigint', [
    serviceId,
    planId ?? null,
  ]);
}

/** The line now in force in a period and what the period may use (P6, P9). */
export async function updatePeriodLine(
  tx: Transaction,
  periodId: string,
  line: {
    readonly lineNet: bigint | undefined;
    readonly at: Temporal.Instant;
    readonly invoiceId: InvoiceId | undefined;
    readonly allowanceOctets: bigint | undefined;
  },
): Promise<void> {
  await tx.query(
    `update isp_billing_cycles set line_net = $2::bigint,
       line_from_at = case when $2::bigint is null then null else $3::timestamptz end,
       invoice_id = coalesce(invoice_id, $4::bigint), last_invoice_id = coalesce($4::bigint, last_invoice_id),
       allowance_bytes = $5::bigint
     where id = $1::bigint`,
    [periodId, line.lineNet ?? null, line.at, line.invoiceId ?? null, line.allowanceOctets ?? null],
  );
}

/** Ends a period before its time: at the start of the day it is replaced on, or of the day after a cancellation. */
export async function cutPeriod(
  tx: Transaction,
  periodId: string,
  cut: { readonly endAt: Temporal.Instant; readonly state: 'closed' | 'replaced' },
): Promise<void> {
  await tx.query(
    'update isp_billing_cycles set period_end = $2::timestamptz, state = $3::text where id = $1::bigint',
    [periodId, cut.endAt, cut.state],
  );
}

/** New terms for a stretch of a service. */
export interface NewTerms {
  readonly serviceId: ServiceId;
  readonly planId: PlanId;
  readonly at: Temporal.Instant;
  readonly terms: SegmentTerms;
  /** What the new segment may use in the rest of the period. */
  readonly leftOctets: bigint | undefined;
  readonly wholeAllowanceOctets: bigint | undefined;
}

/**
 * Cuts the segment in force at an instant: what follows counts under other terms, and so does the segment that waits
 * for the next period. A segment that begins at this very instant just changes its terms. Counting must be held.
 */
export async function cutSegment(tx: Transaction, next: NewTerms): Promise<void> {
  const { serviceId, planId, at, leftOctets, wholeAllowanceOctets } = next;
  const terms = JSON.stringify(next.terms);
  await tx.query(
    `with changed as (
       update isp_service_segments set package_id = $3::bigint, terms = $4::jsonb,
         allowance_octets = case when to_at is null then $6::bigint else $5::bigint end
       where service_id = $1::bigint and from_at >= $2::timestamptz),
     cut as (
       update isp_service_segments g set to_at = $2::timestamptz from isp_service_segments old
       where g.id = old.id and g.service_id = $1::bigint and g.from_at < $2::timestamptz
         and (g.to_at is null or g.to_at > $2::timestamptz)
       returning old.to_at)
     insert into isp_service_segments (service_id, from_at, to_at, package_id, terms, allowance_octets)
     select $1::bigint, $2::timestamptz, to_at, $3::bigint, $4::jsonb, $5::bigint from cut`,
    [serviceId, at, planId, terms, leftOctets ?? null, wholeAllowanceOctets ?? null],
  );
}

/**
 * Lets a new stretch without end begin at an instant, in place of the rest of the segment in force and of the one
 * that waits (P12). Counting must be held.
 */
export async function restartSegments(
  tx: Transaction,
  serviceId: ServiceId,
  at: Temporal.Instant,
): Promise<void> {
  await tx.query(
    `with gone as (
       delete from isp_service_segments where service_id = $1::bigint and to_at is null and from_at > $2::timestamptz
       returning upload_octets, download_octets, package_id, terms, allowance_octets),
     restarted as (
       update isp_service_segments g set to_at = null, upload_octets = g.upload_octets + gone.upload_octets,
         download_octets = g.download_octets + gone.download_octets
       from gone where g.service_id = $1::bigint and g.from_at = $2::timestamptz),
     cut as (
       update isp_service_segments set to_at = $2::timestamptz
       where service_id = $1::bigint and from_at < $2::timestamptz and to_at > $2::timestamptz returning 1)
     insert into isp_service_segments (service_id, from_at, package_id, terms, allowance_octets, upload_octets,
       download_octets)
     select $1::bigint, $2::timestamptz, package_id, terms, allowance_octets, upload_octets, download_octets
     from gone, cut`,
    [serviceId, at],
  );
}
