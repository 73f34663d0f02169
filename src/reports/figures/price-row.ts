import type { CycleUnit, ValidityUnit } from '../../subscribers/catalog/plan-billing.ts';
import type { LastingDiscount, RecurringPrice } from './recurring.ts';

/** A report may take a while; nothing else waits for it. */
export const REPORT_DEADLINE = { deadlineMs: 60_000 };

/** How prices of packages and lasting discounts are read; `k` is the package, `s` the service. */
export const TERM_COLUMNS = `case when k.model = 'prepaid' then k.validity_unit end as validity_unit,
  case when k.model = 'prepaid' then k.validity_count end as validity_count, k.cycle, k.cycle_count,
  coalesce(f.discounts, '[]'::jsonb) as discounts`;

/** The lasting discounts of each service in the order of their redemption, for those redeemed by instant `$1`. */
export const FOREVER = `forever as (
  select r.service_id,
    jsonb_agg(jsonb_build_object('type', p.type, 'value', p.value::text) order by r.redeemed_at, r.id) as discounts
  from promotion_redemptions r join isp_promotions p on p.id = r.promotion_id
  where p.duration = 'forever' and r.redeemed_at <= $1::timestamptz group by r.service_id)`;

/** Whether service `s` is in its trial on local date `$2`: nothing has been billed, and a package of its had a trial. */
export const IN_TRIAL = `(s.billing_starts_on > $2::date and exists (
  select 1 from isp_service_segments g join isp_packages t on t.id = g.package_id
  where g.service_id = s.id and t.trial_days > 0))`;

/** A row with the terms above. */
export interface PriceRow {
  readonly currency: string;
  readonly price: string;
  readonly validity_unit: ValidityUnit | null;
  readonly validity_count: number | null;
  readonly cycle: CycleUnit;
  readonly cycle_count: number;
  readonly discounts: readonly LastingDiscount[];
  readonly services: string;
}

const UNIT_OF_CYCLE = { daily: 'days', weekly: 'weeks', monthly: 'months' } as const;

/** A price as the sum takes it; a prepaid package lasts as long as its validity, else as its cycle. */
export function priceOf(row: PriceRow): RecurringPrice {
  return {
    currency: row.currency,
    priceMinor: BigInt(row.price),
    unit: row.validity_unit ?? UNIT_OF_CYCLE[row.cycle],
    count: row.validity_count ?? row.cycle_count,
    discounts: row.discounts,
    services: BigInt(row.services),
  };
}
