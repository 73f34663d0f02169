import type { Queryable } from '../../db/database.ts';
import type { Unenforced } from './unenforced.ts';

/** Where a list of them goes on: the oldest first. */
export interface UnenforcedPlace {
  readonly since: Date;
  readonly key: string;
}

interface Row {
  key: string;
  service_id: string;
  username: string;
  nas_id: string;
  nas_name: string | null;
  what: Unenforced['what'];
  session_id: string | null;
  reason: string | null;
  tries: number;
  since: Date;
  next_try_at: Date;
}

/**
 * Orders that are not carried out and services whose router does not have them as they are now, oldest first. Instants
 * are compared as JavaScript has them, to the millisecond.
 */
export async function listUnenforced(
  q: Queryable,
  page: {
    readonly nasId?: string | undefined;
    readonly after?: UnenforcedPlace | undefined;
    readonly limit: number;
  },
): Promise<Unenforced[]> {
  const rows = await q.query<Row>(
    `with open as (
       select 'order-' || e.id as key, e.service_id, e.nas_id,
         case e.kind when 'coa' then 'speed_of_session' else 'end_of_session' end as what, e.session_id,
         e.outcome as reason, e.tries, date_trunc('milliseconds', e.created_at) as since, e.next_try_at
       from enforcements e where e.done_at is null
       union all
       select 'kept-' || p.service_id, p.service_id, p.nas_id, 'kept_on_router', null,
         case when p.state = 'applied' then null else p.outcome end, p.tries,
         date_trunc('milliseconds', coalesce(p.applied_at, p.created_at)),
         p.next_try_at
       from router_provisions p join isp_services s on s.id = p.service_id
       where p.state <> 'applied' or p.applied_version is distinct from s.version
     )
     select o.key, o.service_id, s.username, o.nas_id, n.name as nas_name, o.what, o.session_id, o.reason, o.tries, o.since, o.next_try_at
     from open o join isp_services s on s.id = o.service_id left join nas n on n.id = o.nas_id
     where ($1::bigint is null or o.nas_id = $1::bigint)
       and ($2::timestamptz is null or (o.since, o.key) > ($2::timestamptz, $3::text))
     order by o.since, o.key limit $4::int`,
    [page.nasId ?? null, page.after?.since ?? null, page.after?.key ?? null, page.limit],
  );
  return rows.map((row) => ({
    key: row.key,
    serviceId: String(row.service_id),
    username: row.username,
    nasId: String(row.nas_id),
    nasName: row.nas_name ?? undefined,
    what: row.what,
    sessionId: row.session_id === null ? undefined : String(row.session_id),
    reason: row.reason ?? undefined,
    tries: row.tries,
    since: row.since,
    nextTryAt: row.next_try_at,
  }));
}
