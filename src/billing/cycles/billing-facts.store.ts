import { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import type { CustomerId, InvoiceId, PlanId, ServiceId } from '../../kernel/ids.ts';
import { daysBetween, localDate } from '../../subscribers/period.ts';
import type { ServiceStatus } from '../../subscribers/service-status.ts';
import type { SegmentTerms } from '../../subscribers/services/segment.ts';
import type { HoldCause } from '../../subscribers/services/suspension.ts';
import type { Discount } from '../promotions/discount.ts';
import type { BilledPeriod, BilledSegment, BilledService, PendingItem } from './billing-facts.ts';

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint`;

interface ServiceRow {
  readonly id: string;
  readonly customer_id: string;
  readonly username: string;
  readonly status: ServiceStatus;
  readonly reason: HoldCause | null;
  readonly package_id: string;
  readonly next_package_id: string | null;
  readonly anchor_day: number | null;
  readonly next_billing_date: string | null;
  readonly billing_starts_on: string | null;
  readonly cancel_at_end: boolean;
  readonly activated_at: Date | null;
  readonly payer_name: string;
  readonly payer_currency: string;
  readonly payer_exempt: boolean;
  readonly held: readonly { readonly from_ms: number; readonly to_ms: number | null }[] | null;
}

/** Locks customer and service, in this order, until the transaction ends; undefined when there is none. */
export async function lockBilledService(tx: Transaction, id: ServiceId): Promise<BilledService | undefined> {
  const [row] = await tx.query<ServiceRow>(
    `with payer as materialized (
       select id, name, currency, tax_exempt from customers where id = (select customer_id from isp_services where id = $1::bigint)
       for no key update)
     select s.id, s.customer_id, s.username, s.status, s.reason, s.package_id, s.next_package_id, s.anchor_day,
       s.next_billing_date, s.billing_starts_on, s.cancel_at_end, s.activated_at,
       (select json_agg(json_build_object('from_ms', ${ms('h.since_at')}, 'to_ms', ${ms('h.lifted_at')}))
         from service_holds h where h.service_id = s.id and h.cause <> 'data_cap'
         and (h.lifted_at is null or h.lifted_at > s.period_end)) as held,
       payer.name as payer_name, payer.currency as payer_currency, payer.tax_exempt as payer_exempt
     from payer, isp_services s where s.id = $1::bigint for no key update of s`,
    [id],
  );
  return (
    row && {
      id: row.id as ServiceId,
      customerId: row.customer_id as CustomerId,
      payer: {
        id: row.customer_id as CustomerId,
        name: row.payer_name,
        currency: row.payer_currency,
        isTaxExempt: row.payer_exempt,
      },
      username: row.username,
      status: row.status,
      reason: row.reason ?? undefined,
      planId: row.package_id as PlanId,
      nextPlanId: (row.next_package_id ?? undefined) as PlanId | undefined,
      anchorDay: row.anchor_day ?? undefined,
      nextBillingOn: dateOf(row.next_billing_date),
      billingStartsOn: dateOf(row.billing_starts_on),
      cancelAtEnd: row.cancel_at_end,
      activatedAt: row.activated_at === null ? undefined : instantOf(row.activated_at.getTime()),
      heldSpans: (row.held ?? []).map(({ from_ms, to_ms }) => ({
        fromAt: instantOf(from_ms),
        toAt: to_ms === null ? undefined : instantOf(to_ms),
      })),
    }
  );
}

/** Numbers that may not pass through a double travel as text, instants as milliseconds. */
interface FactsRow {
  readonly periods: readonly PeriodRow[] | null;
  readonly segments: readonly SegmentRow[] | null;
  readonly items: readonly { id: string; amount: string; description: string }[] | null;
  readonly discounts: readonly { id: string; type: 'percent' | 'fixed'; value: string }[] | null;
}

interface PeriodRow {
  readonly id: string;
  readonly seq: number;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly full_start_on: string;
  readonly full_end_on: string;
  readonly state: BilledPeriod['state'];
  readonly invoice_id: string | null;
  readonly last_invoice_id: string | null;
  readonly is_good: boolean | null;
  readonly line_net: string | null;
  readonly line_from_ms: number | null;
  readonly discounts: readonly Discount[];
  readonly overage_charged: string | null;
}

interface SegmentRow {
  readonly from_ms: number;
  readonly to_ms: number | null;
  readonly package_id: string;
  readonly terms: SegmentTerms;
  readonly upload: string;
  readonly download: string;
}

const FACTS = `
  with kept as (
    select c.*, i.voided_at is null and i.amount_written_off = 0 as is_good
    from isp_billing_cycles c left join invoices i on i.id = c.last_invoice_id
    where c.service_id = $1::bigint and c.seq >= coalesce((select max(r.seq) from isp_billing_cycles r
      where r.service_id = $1::bigint and r.overage_charged is not null), 0))
  select
    (select json_agg(json_build_object('id', k.id::text, 'seq', k.seq, 'start_ms', ${ms('k.period_start')},
       'end_ms', ${ms('k.period_end')}, 'full_start_on', k.full_start_on,
       'full_end_on', k.full_end_on, 'state', k.state,
       'invoice_id', k.invoice_id::text, 'last_invoice_id', k.last_invoice_id::text, 'is_good', k.is_good,
       'line_net', k.line_net::text, 'line_from_ms', ${ms('k.line_from_at')}, 'discounts', k.discounts,
       'overage_charged', k.overage_charged::text) order by k.seq) from kept k) as periods,
    (select json_agg(json_build_object('from_ms', ${ms('g.from_at')}, 'to_ms', ${ms('g.to_at')},
       'package_id', g.package_id::text, 'terms', g.terms, 'upload', g.upload_octets::text,
       'download', g.download_octets::text) order by g.from_at)
     from isp_service_segments g where g.service_id = $1::bigint
       and g.from_at >= coalesce((select min(k.period_start) from kept k), '-infinity')) as segments,
    (select json_agg(json_build_object('id', b.id::text, 'amount', b.amount::text, 'description', b.description)
       order by b.id) from isp_billing_items b where b.service_id = $1::bigint and b.billed_at is null) as items,
    (select json_agg(json_build_object('id', r.id::text, 'type', p.type, 'value', p.value::text)
       order by r.redeemed_at, r.id) from promotion_redemptions r join isp_promotions p on p.id = r.promotion_id
     where r.service_id = $1::bigint and (r.cycles_left is null or r.cycles_left > 0)) as discounts`;

/** What is known of a locked service's periods, usage, items and codes. */
export async function readAccount(
  q: Queryable,
  id: ServiceId,
  timeZone: string,
): Promise<{
  periods: BilledPeriod[];
  segments: BilledSegment[];
  items: PendingItem[];
  discounts: Discount[];
}> {
  const [row] = await q.query<FactsRow>(FACTS, [id]);
  return {
    periods: (row?.periods ?? []).map((period) => toPeriod(period, timeZone)),
    segments: (row?.segments ?? []).map((segment) => toSegment(segment, timeZone)),
    items: (row?.items ?? []).map((item) => ({
      id: item.id,
      amountMinor: BigInt(item.amount),
      description: item.description,
    })),
    discounts: (row?.discounts ?? []).map(({ id, type, value }) => ({ redemptionId: id, type, value })),
  };
}

function toPeriod(row: PeriodRow, timeZone: string): BilledPeriod {
  const startAt = instantOf(row.start_ms);
  const endAt = instantOf(row.end_ms);
  const fullStartOn = Temporal.PlainDate.from(row.full_start_on);
  const fullEndOn = Temporal.PlainDate.from(row.full_end_on);
  return {
    id: row.id,
    seq: row.seq,
    startAt,
    endAt,
    startOn: localDate(startAt, timeZone),
    endOn: localDate(endAt, timeZone),
    fullStartOn,
    fullStartAt: startOfDay(fullStartOn, timeZone),
    fullEndAt: startOfDay(fullEndOn, timeZone),
    fullDays: daysBetween(fullStartOn, fullEndOn),
    state: row.state,
    invoiceId: (row.invoice_id ?? undefined) as InvoiceId | undefined,
    lastInvoiceId: (row.last_invoice_id ?? undefined) as InvoiceId | undefined,
    canBeCredited: row.is_good === true,
    lineNet: row.line_net === null ? undefined : BigInt(row.line_net),
    lineFromAt: row.line_from_ms === null ? undefined : instantOf(row.line_from_ms),
    discounts: row.discounts,
    overageCharged: row.overage_charged === null ? undefined : BigInt(row.overage_charged),
  };
}

function toSegment(row: SegmentRow, timeZone: string): BilledSegment {
  const fromAt = instantOf(row.from_ms);
  return {
    fromAt,
    toAt: row.to_ms === null ? undefined : instantOf(row.to_ms),
    fromOn: localDate(fromAt, timeZone),
    packageId: row.package_id,
    terms: row.terms,
    uploadOctets: BigInt(row.upload),
    downloadOctets: BigInt(row.download),
  };
}

function dateOf(text: string | null): Temporal.PlainDate | undefined {
  return text === null ? undefined : Temporal.PlainDate.from(text);
}

function instantOf(epochMs: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(epochMs);
}
