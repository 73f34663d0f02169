import type { Queryable } from '../../db/database.ts';
import { FOREVER, IN_TRIAL, type PriceRow, priceOf, REPORT_DEADLINE, TERM_COLUMNS } from './price-row.ts';
import type { SqlRange } from './range.ts';
import type { RecurringPrice } from './recurring.ts';

/** Customers of a currency with a live service at the start of a range, and those with none at its end (Z3). */
export interface BaseRow {
  readonly currency: string;
  readonly atStart: bigint;
  readonly lost: bigint;
}

/** A prepaid customer is lost so many days after the end of the validity (Z3). */
const PREPAID_GRACE = `interval '30 days'`;

/** Whether service `s` of package `k` was there at an instant; a suspended one is (section 13). */
function isThere(at: string): string {
  return `(s.activated_at <= ${at} and (s.cancelled_at is null or s.cancelled_at > ${at})
    and (k.model = 'postpaid' or exists (
      select 1 from isp_billing_cycles c where c.service_id = s.id and c.period_start <= ${at}
        and ((c.period_end at time zone $3::text) + ${PREPAID_GRACE}) at time zone $3::text > ${at})
    or (not exists (select 1 from isp_billing_cycles c where c.service_id = s.id)
      and ((s.expires_at at time zone $3::text) + ${PREPAID_GRACE}) at time zone $3::text > ${at})))`;
}

/** The customer base at the start and what is left of it at the end, in one statement (Z3). */
export async function customerBase(
  q: Queryable,
  range: { readonly fromAt: string; readonly endAt: string; readonly timeZone: string },
): Promise<BaseRow[]> {
  const rows = await q.query<{ currency: string; at_start: string; lost: string }>(
    `select c.currency, count(*) filter (where b.at_start) as at_start,
       count(*) filter (where b.at_start and not b.at_end) as lost
     from (select s.customer_id, bool_or(${isThere('$1::timestamptz')}) as at_start,
             bool_or(${isThere('$2::timestamptz')}) as at_end
           from isp_services s join isp_packages k on k.id = s.package_id
           where s.activated_at <= $1::timestamptz or s.activated_at <= $2::timestamptz group by s.customer_id) b
     join customers c on c.id = b.customer_id group by c.currency order by c.currency`,
    [range.fromAt, range.endAt, range.timeZone],
    REPORT_DEADLINE,
  );
  return rows.map((row) => ({
    currency: row.currency,
    atStart: BigInt(row.at_start),
    lost: BigInt(row.lost),
  }));
}

/** What the customers of the start paid then by the terms of that day; `isLost` marks who has no service at the end. */
export async function pricesAtStart(
  q: Queryable,
  range: {
    readonly fromAt: string;
    readonly fromDate: string;
    readonly timeZone: string;
    readonly endAt: string;
  },
): Promise<(RecurringPrice & { readonly isLost: boolean })[]> {
  const rows = await q.query<PriceRow & { is_lost: boolean }>(
    `with ${FOREVER}, base as materialized (
       select s.id, s.customer_id, s.auto_renew, s.billing_starts_on, ${isThere('$1::timestamptz')} as at_start,
         ${isThere('$4::timestamptz')} as at_end
       from isp_services s join isp_packages k on k.id = s.package_id
       where s.activated_at <= $1::timestamptz or s.activated_at <= $4::timestamptz),
     lost as (select customer_id from base group by customer_id having bool_or(at_start) and not bool_or(at_end))
     select k.currency, (g.terms ->> 'price')::bigint as price, ${TERM_COLUMNS},
       l.customer_id is not null as is_lost, count(*) as services
     from base s
     join isp_service_segments g on g.service_id = s.id and g.from_at <= $1::timestamptz
       and (g.to_at is null or g.to_at > $1::timestamptz)
     join isp_packages k on k.id = g.package_id
     left join lost l on l.customer_id = s.customer_id
     left join forever f on f.service_id = s.id
     where s.at_start and (k.model = 'postpaid' or s.auto_renew) and not ${IN_TRIAL}
       and not exists (select 1 from service_holds h where h.service_id = s.id and h.since_at <= $1::timestamptz
         and (h.lifted_at is null or h.lifted_at > $1::timestamptz))
     group by 1, 2, 3, 4, 5, 6, 7, 8`,
    [range.fromAt, range.fromDate, range.timeZone, range.endAt],
    REPORT_DEADLINE,
  );
  return rows.map((row) => ({ ...priceOf(row), isLost: row.is_lost }));
}

/** Customers with a live service on any day of a range, by currency (Z7). */
export async function customersServed(q: Queryable, range: SqlRange): Promise<Map<string, bigint>> {
  const rows = await q.query<{ currency: string; customers: string }>(
    `select c.currency, count(*) as customers
     from (select distinct s.customer_id from isp_services s join isp_packages k on k.id = s.package_id
       where s.activated_at < $2::timestamptz and (s.cancelled_at is null or s.cancelled_at >= $1::timestamptz)
         and (k.model = 'postpaid' or s.expires_at > $1::timestamptz and s.period_start < $2::timestamptz
           or exists (select 1 from isp_billing_cycles p where p.service_id = s.id
             and p.period_start < $2::timestamptz and p.period_end > $1::timestamptz))) served
     join customers c on c.id = served.customer_id group by c.currency`,
    [range.fromAt, range.toAt],
    REPORT_DEADLINE,
  );
  return new Map(rows.map((row) => [row.currency, BigInt(row.customers)]));
}
