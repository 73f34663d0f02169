import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { countedOctetsSql } from '../../subscribers/counted-octets.ts';

/** A live service whose alerts, speed or data cap are not what its usage demands. */
export interface MissedQuota {
  readonly id: ServiceId;
  readonly username: string;
}

const used = countedOctetsSql;

/** Such services at an instant by rising id; those whose validity is over are the expiry's (billing-rules F1 to F5). */
export async function missedQuotas(
  q: Queryable,
  page: { readonly now: Temporal.Instant; readonly afterId: string; readonly limit: number },
): Promise<MissedQuota[]> {
  return q.query<MissedQuota>(
    `select s.id, s.username
     from isp_services s
       left join isp_service_segments g on g.service_id = s.id and g.from_at <= $1::timestamptz
         and (g.to_at is null or g.to_at > $1::timestamptz)
       left join isp_billing_cycles c on c.service_id = s.id and g.from_at >= c.period_start
         and g.from_at < c.period_end
       cross join lateral (select case when c.id is null then g.allowance_octets else c.allowance_bytes end as allowance,
         case when c.id is null then ${used('g')} else (select sum(${used('x')}) from isp_service_segments x
           where x.service_id = s.id and x.from_at >= c.period_start and x.from_at < c.period_end) end as used) u
       cross join lateral (select coalesce(g.allowance_octets is not null and u.used >= u.allowance, false) as is_up,
         coalesce((u.used * 100 >= 80 * u.allowance)::int + (u.used >= u.allowance)::int, 0) as reached,
         g.terms ->> 'limit_action' as action) r
     where s.status in ('active', 'throttled', 'suspended') and s.id > $2::bigint
       and (s.expires_at is null or s.expires_at > $1::timestamptz)
       and ((s.status = 'throttled') is distinct from (r.is_up and r.action = 'throttle' and s.status <> 'suspended')
         or (r.is_up and r.action = 'block') is distinct from exists (select from service_holds h
           where h.service_id = s.id and h.cause = 'data_cap' and h.lifted_at is null)
         or r.reached > (select count(*) from isp_usage_alerts a
           where a.service_id = s.id and a.period_start = coalesce(c.period_start, g.from_at)))
     order by s.id limit $3::int`,
    [page.now, page.afterId, page.limit],
  );
}
