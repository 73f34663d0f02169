import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';

/**
 * Prepaid services of a customer that wait for money: pending ones, and those that renew themselves and whose validity
 * is over, be they expired yet or not.
 */
export async function waitingServices(
  q: Queryable,
  customerId: CustomerId,
  now: Temporal.Instant,
): Promise<ServiceId[]> {
  const rows = await q.query<{ id: ServiceId }>(
    `select s.id from isp_services s join isp_packages p on p.id = s.package_id
     where s.customer_id = $1::bigint and p.model = 'prepaid' and not s.cancel_at_end
       and (s.status = 'pending'
         or s.auto_renew and s.expires_at <= $2::timestamptz
           and (s.status in ('expired', 'active', 'throttled') or s.reason = 'data_cap'))
     order by s.id`,
    [customerId, now],
  );
  return rows.map((row) => row.id);
}

/** A prepaid service whose period is over: all of its validity, or one period of several that were bought. */
export interface EndedPeriod {
  readonly id: ServiceId;
  readonly username: string;
}

/**
 * Prepaid services with something to do at an instant, by id: their validity is over, or a period is and the next one
 * is paid for. One that somebody suspended only matters when it renews or ends itself; a data cap ends with the validity.
 */
export async function endedPeriods(
  q: Queryable,
  page: {
    readonly now: Temporal.Instant;
    readonly afterId: string;
    readonly limit: number;
    readonly only?: ServiceId;
  },
): Promise<EndedPeriod[]> {
  return q.query<EndedPeriod>(
    `select s.id, s.username from isp_services s
     where s.id > $2::bigint and ($4::bigint is null or s.id = $4::bigint)
       and (s.status in ('active', 'throttled') and s.expires_at <= $1::timestamptz
         or s.status = 'suspended' and s.expires_at <= $1::timestamptz and (s.auto_renew or s.cancel_at_end or s.reason = 'data_cap')
         or s.status in ('active', 'throttled', 'suspended') and s.expires_at > $1::timestamptz
           and s.period_end <= $1::timestamptz)
     order by s.id limit $3::int`,
    [page.now, page.afterId, page.limit, page.only ?? null],
  );
}
