import type { Queryable } from '../../db/database.ts';
import type { EarlierLook } from './interface-rates.ts';
import type { RadiusClientCounters, RouterInterface, RouterLook, RouterState } from './router-health.ts';

/** A router whose turn it is. */
export interface DueRouter {
  readonly nasId: string;
  readonly name: string;
  readonly state: RouterState;
  readonly failures: number;
  /** Since its last RADIUS packet; undefined when none is known. */
  readonly radiusSilentS: number | undefined;
  readonly hasTunnel: boolean;
  /** What its last answer said, and how long ago that was; undefined before the first. */
  readonly earlier: EarlierLook | undefined;
}

/**
 * Takes the routers whose turn it is, for one host each, and sets their next turn: an interval later, up to a tenth
 * more or less, so that turns spread by themselves. Those in `except` are still being looked at.
 */
export async function takeDueRouters(
  db: Queryable,
  { limit, except }: { readonly limit: number; readonly except: readonly string[] },
): Promise<DueRouter[]> {
  await db.query(
    `insert into router_health (nas_id, next_poll_at)
     select c.nas_id, now() + random() * make_interval(secs => least(c.poll_interval_s, 10))
     from mikrotik_connections c where not exists (select 1 from router_health h where h.nas_id = c.nas_id)
     on conflict do nothing`,
  );
  const rows = await db.query<DueRow>(
    `with due as (
       select h.nas_id, c.poll_interval_s, n.name from router_health h
       join mikrotik_connections c on c.nas_id = h.nas_id join nas n on n.id = h.nas_id
       where h.next_poll_at <= now() and n.disabled_at is null and h.nas_id <> all($2::bigint[])
       order by h.next_poll_at limit $1::int for update of h skip locked
     )
     update router_health h
     set next_poll_at = now() + due.poll_interval_s * make_interval(secs => 0.9 + 0.2 * random())
     from due where h.nas_id = due.nas_id
     returning h.nas_id, due.name, h.state, h.failures, coalesce(h.interfaces, '[]') as interfaces,
       extract(epoch from now() - h.answered_at) as answered_ago_s,
       (select extract(epoch from now() - max(greatest(k.last_auth_at, k.last_acct_at))) from nas_contacts k
        where k.nas_id = h.nas_id) as radius_silent_s,
       exists (select 1 from router_tunnels t where t.nas_id = h.nas_id) as has_tunnel`,
    [limit, except],
  );
  return rows.map((row) => ({
    nasId: String(row.nas_id),
    name: row.name,
    state: row.state,
    failures: row.failures,
    radiusSilentS: row.radius_silent_s === null ? undefined : Number(row.radius_silent_s),
    hasTunnel: row.has_tunnel,
    earlier:
      row.answered_ago_s === null
        ? undefined
        : { interfaces: row.interfaces, overS: Number(row.answered_ago_s) },
  }));
}

/** Writes what a look found, and a sample; what a failed look did not find stays as it was. */
export async function recordLook(
  db: Queryable,
  nasId: string,
  found: {
    readonly state: RouterState;
    readonly reason: string | undefined;
    readonly look: RouterLook | undefined;
  },
): Promise<void> {
  const { state, reason, look } = found;
  await db.query(
    `with looked as (
       update router_health set state = $2::text, reason = $3::text,
         since = case when state = $2::text then since else now() end, checked_at = now(),
         answered_at = case when $4::boolean then now() else answered_at end,
         failures = case when $4::boolean then 0 else failures + 1 end,
         identity = coalesce($5::text, identity), version = coalesce($6::text, version),
         board_name = coalesce($7::text, board_name), uptime_s = coalesce($8::int, uptime_s), cpu_percent = $9::int,
         memory_total_octets = coalesce($10::bigint, memory_total_octets), memory_free_octets = $11::bigint,
         active_sessions = $12::int, latency_ms = $13::int, interfaces = coalesce($14::jsonb, interfaces),
         radius_counters = case when $4::boolean then $15::jsonb else radius_counters end,
         tunnel_handshake_at = coalesce(now() - make_interval(secs => $16::int), tunnel_handshake_at)
       where nas_id = $1::bigint returning nas_id
     )
     insert into router_health_samples (nas_id, state, cpu_percent, memory_free_octets, active_sessions, latency_ms)
     select nas_id, $2::text, $9::int, $11::bigint, $12::int, $13::int from looked`,
    [
      nasId,
      state,
      reason ?? null,
      look !== undefined,
      look?.identity ?? null,
      look?.version ?? null,
      look?.boardName ?? null,
      look?.uptimeS ?? null,
      look?.cpuPercent ?? null,
      look?.memoryTotalOctets ?? null,
      look?.memoryFreeOctets ?? null,
      look?.activeSessions ?? null,
      look?.latencyMs ?? null,
      look === undefined ? null : JSON.stringify(look.interfaces),
      look?.radius === undefined ? null : JSON.stringify(look.radius),
      look?.handshakeAgeS ?? null,
    ],
  );
}

/** A router as operators see its health. */
export interface RouterHealth {
  readonly nasId: string;
  readonly name: string;
  /** Undefined for a router without API credentials. */
  readonly host: string | undefined;
  readonly state: RouterState;
  readonly reason: string | undefined;
  readonly since: Date | undefined;
  readonly checkedAt: Date | undefined;
  readonly identity: string | undefined;
  readonly version: string | undefined;
  readonly boardName: string | undefined;
  readonly uptimeS: number | undefined;
  readonly cpuPercent: number | undefined;
  readonly memoryTotalOctets: bigint | undefined;
  readonly memoryFreeOctets: bigint | undefined;
  readonly activeSessions: number | undefined;
  readonly latencyMs: number | undefined;
  readonly interfaces: readonly RouterInterface[];
  readonly radius: RadiusClientCounters | undefined;
  readonly tunnelHandshakeAt: Date | undefined;
  readonly authSilentS: number | undefined;
  readonly acctSilentS: number | undefined;
  readonly interimIntervalS: number | undefined;
}

/** The health of all routers that are not disabled, by name; or of one. */
export async function listRouterHealth(q: Queryable, nasId?: string): Promise<RouterHealth[]> {
  const rows = await q.query<HealthRow>(
    `select n.id as nas_id, n.name, c.host, coalesce(h.state, 'unknown') as state, h.reason, h.since, h.checked_at,
       h.identity, h.version, h.board_name, h.uptime_s, h.cpu_percent, h.memory_total_octets, h.memory_free_octets,
       h.active_sessions, h.latency_ms, coalesce(h.interfaces, '[]') as interfaces, h.radius_counters, h.tunnel_handshake_at, n.interim_interval_s,
       extract(epoch from now() - k.auth_at) as auth_silent_s, extract(epoch from now() - k.acct_at) as acct_silent_s
     from nas n left join mikrotik_connections c on c.nas_id = n.id left join router_health h on h.nas_id = n.id
     left join lateral (select max(last_auth_at) as auth_at, max(last_acct_at) as acct_at from nas_contacts
       where nas_id = n.id) k on true
     where n.disabled_at is null and ($1::bigint is null or n.id = $1::bigint) order by n.name`,
    [nasId ?? null],
  );
  return rows.map((row) => ({
    nasId: String(row.nas_id),
    name: row.name,
    host: row.host ?? undefined,
    state: row.state,
    reason: row.reason ?? undefined,
    since: row.since ?? undefined,
    checkedAt: row.checked_at ?? undefined,
    identity: row.identity ?? undefined,
    version: row.version ?? undefined,
    boardName: row.board_name ?? undefined,
    uptimeS: row.uptime_s ?? undefined,
    cpuPercent: row.cpu_percent ?? undefined,
    memoryTotalOctets: row.memory_total_octets === null ? undefined : BigInt(row.memory_total_octets),
    memoryFreeOctets: row.memory_free_octets === null ? undefined : BigInt(row.memory_free_octets),
    activeSessions: row.active_sessions ?? undefined,
    latencyMs: row.latency_ms ?? undefined,
    interfaces: row.interfaces,
    radius: row.radius_counters ?? undefined,
    tunnelHandshakeAt: row.tunnel_handshake_at ?? undefined,
    authSilentS: row.auth_silent_s === null ? undefined : Number(row.auth_silent_s),
    acctSilentS: row.acct_silent_s === null ? undefined : Number(row.acct_silent_s),
    interimIntervalS: row.interim_interval_s ?? undefined,
  }));
}

/** One look of the past. */
export interface HealthSample {
  readonly at: Date;
  readonly state: string;
  readonly cpuPercent: number | undefined;
  readonly activeSessions: number | undefined;
  readonly latencyMs: number | undefined;
}

/** The looks at a router since an instant, oldest first, at most `limit`. */
export async function listHealthSamples(
  q: Queryable,
  filter: { readonly nasId: string; readonly since: Date; readonly limit: number },
): Promise<HealthSample[]> {
  const rows = await q.query<SampleRow>(
    `select at, state, cpu_percent, active_sessions, latency_ms from (
       select * from router_health_samples where nas_id = $1::bigint and at >= $2::timestamptz
       order by at desc limit $3::int) newest
     order by at`,
    [filter.nasId, filter.since, filter.limit],
  );
  return rows.map((row) => ({
    at: row.at,
    state: row.state,
    cpuPercent: row.cpu_percent ?? undefined,
    activeSessions: row.active_sessions ?? undefined,
    latencyMs: row.latency_ms ?? undefined,
  }));
}

/** Forgets looks older than so many days; returns how many. */
export async function pruneHealthSamples(q: Queryable, days: number): Promise<number> {
  const rows = await q.query(
    `delete from router_health_samples where at < now() - make_interval(days => $1::int) returning 1`,
    [days],
  );
  return rows.length;
}

interface DueRow {
  readonly nas_id: string;
  readonly name: string;
  readonly state: RouterState;
  readonly failures: number;
  readonly radius_silent_s: string | null;
  readonly has_tunnel: boolean;
  readonly interfaces: readonly RouterInterface[];
  readonly answered_ago_s: string | null;
}

interface HealthRow {
  readonly nas_id: string;
  readonly name: string;
  readonly host: string | null;
  readonly state: RouterState;
  readonly reason: string | null;
  readonly since: Date | null;
  readonly checked_at: Date | null;
  readonly identity: string | null;
  readonly version: string | null;
  readonly board_name: string | null;
  readonly uptime_s: number | null;
  readonly cpu_percent: number | null;
  readonly memory_total_octets: string | null;
  readonly memory_free_octets: string | null;
  readonly active_sessions: number | null;
  readonly latency_ms: number | null;
  /** Written by recordLook alone. */
  readonly interfaces: readonly RouterInterface[];
  readonly radius_counters: RadiusClientCounters | null;
  readonly tunnel_handshake_at: Date | null;
  readonly interim_interval_s: number | null;
  readonly auth_silent_s: string | null;
  readonly acct_silent_s: string | null;
}

interface SampleRow {
  readonly at: Date;
  readonly state: string;
  readonly cpu_percent: number | null;
  readonly active_sessions: number | null;
  readonly latency_ms: number | null;
}
