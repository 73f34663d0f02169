import type { Queryable } from '../../db/database.ts';
import { type Columns, packedRows } from '../../db/packed-rows.ts';
import { countedOctetsSql } from '../../subscribers/counted-octets.ts';
import type { PlanRow, SubscriberRow } from './subscriber-row.ts';

/** All plans, archived ones too: services may still be on them. */
export async function readPlans(q: Queryable): Promise<PlanRow[]> {
  return q.query<PlanRow>(
    `select id, rate_limit, fup, pool, address_list, ipv6_pool, ppp_profile, session_limit, idle_timeout_s,
       session_timeout_s, interim_interval_s, radius_attributes, limit_action
     from isp_packages`,
  );
}

const OWN_TERMS = `case when s.rate_limit is not null or s.framed_ip is not null or s.framed_pool is not null
      or s.framed_ipv6_prefix is not null or s.delegated_ipv6_prefix is not null or s.framed_routes is not null
      or s.radius_attributes <> '[]'::jsonb
    then jsonb_build_object('rate_limit', s.rate_limit,
      'rate_limit_until_ms', floor(extract(epoch from s.rate_limit_until) * 1000), 'framed_ip', host(s.framed_ip),
      'framed_pool', s.framed_pool, 'framed_ipv6_prefix', s.framed_ipv6_prefix,
      'delegated_ipv6_prefix', s.delegated_ipv6_prefix, 'framed_routes', s.framed_routes,
      'radius_attributes', s.radius_attributes)
  end`;

const COLUMNS: Columns<SubscriberRow> = {
  id: 's.id::text',
  customer_id: 's.customer_id::text',
  package_id: 's.package_id::text',
  username: 's.username',
  password_enc: `translate(encode(s.password_enc, 'base64'), E'\\n', '')`,
  status: 's.status',
  reason: 's.reason',
  mac_address: 's.mac_address',
  mac_bind: 's.mac_bind',
  allowed_nas_ids: 's.allowed_nas_ids::text',
  session_limit: 's.session_limit',
  expires_ms: 'floor(extract(epoch from s.expires_at) * 1000)::text',
  state_version: 's.state_version',
  own: OWN_TERMS,
  allowance_octets: 'g.allowance_octets::text',
  used_octets: `(${countedOctetsSql('g')})::text`,
  limit_action: `g.terms ->> 'limit_action'`,
  period_allowance: `case when g.from_at > s.period_start then (select c.allowance_bytes::text
    from isp_billing_cycles c where c.service_id = s.id and c.state = 'open' order by c.seq desc limit 1) end`,
};

const FROM = `from isp_services s left join isp_service_segments g
  on g.service_id = s.id and g.allowance_octets is not null
  and g.from_at <= $1::timestamptz and (g.to_at is null or g.to_at > $1::timestamptz)`;

/**
 * One page of services by id, with the allowance that runs at an instant of the business clock; the whole directory
 * is read this way at the start.
 */
export async function readSubscribers(
  q: Queryable,
  page: { readonly nowMs: number; readonly afterId: string; readonly size: number },
): Promise<SubscriberRow[]> {
  return packedRows(q, {
    columns: COLUMNS,
    from: `${FROM} where s.status <> 'cancelled' and s.id > $2::bigint order by s.id limit $3::int`,
    params: [new Date(page.nowMs), page.afterId, page.size],
  });
}

/** The named services; one that is missing from the answer is gone or cancelled. */
export async function readSubscribersById(
  q: Queryable,
  ids: readonly string[],
  nowMs: number,
): Promise<SubscriberRow[]> {
  return packedRows(q, {
    columns: COLUMNS,
    from: `${FROM} where s.status <> 'cancelled' and s.id = any($2::bigint[])`,
    params: [new Date(nowMs), ids],
  });
}

/** Keeps the MAC address a service bound itself to; false when another login was first. */
export async function bindMac(q: Queryable, serviceId: string, mac: string): Promise<boolean> {
  const rows = await q.query(
    `update isp_services set mac_address = $2 where id = $1::bigint and mac_address is null returning id`,
    [serviceId, mac],
  );
  return rows.length > 0;
}
