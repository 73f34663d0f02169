import type { Queryable } from '../../db/database.ts';
import type { RouterContact } from './session-closing.ts';

/** An open session that has missed at least one report. */
export interface SilentSession {
  readonly id: string;
  /** As in `RouterContact`. */
  readonly router: string;
  readonly isRouterRemoved: boolean;
  readonly version: number;
  readonly lastReportAtMs: number;
  readonly uncertainAtMs: number | undefined;
  readonly interimIntervalS: number;
}

const IS_BLOCK = `masklen(n.address) < case family(n.address) when 4 then 32 else 128 end`;

/**
 * When each router was last heard by accounting, by whichever host, and how often its sessions should report. A block of
 * addresses may hold many routers: each of them is heard by what its own sessions report.
 */
export async function routerContactsNow(db: Queryable, interimDefaultS: number): Promise<RouterContact[]> {
  const rows = await db.query<ContactRow>(
    `select h.router, h.last_acct_at, coalesce(n.interim_interval_s, $1::int) as interim_interval_s
     from (
       select n.id, n.id::text as router, max(c.last_acct_at) as last_acct_at
       from nas n join nas_contacts c on c.nas_id = n.id
       where c.last_acct_at is not null and not ${IS_BLOCK} group by n.id
       union all
       select n.id, n.id || ' ' || host(s.nas_address), max(s.last_report_at)
       from nas n join sessions s on s.nas_id = n.id and s.closed_at is null
       where ${IS_BLOCK} group by n.id, s.nas_address
     ) h join nas n on n.id = h.id`,
    [interimDefaultS],
  );
  return rows.map((row) => ({
    router: row.router,
    lastAcctAtMs: row.last_acct_at.getTime(),
    interimIntervalS: row.interim_interval_s,
  }));
}

/**
 * Open sessions silent for more than `missedMax` of their intervals and `graceS`, after session `afterId`, by id.
 * The interval is the session's own, else its router's, else the default.
 */
export async function silentSessions(
  db: Queryable,
  input: {
    readonly nowMs: number;
    readonly missedMax: number;
    readonly graceS: number;
    readonly interimDefaultS: number;
    readonly afterId: string;
    readonly limit: number;
  },
): Promise<SilentSession[]> {
  const rows = await db.query<SilentRow>(
    `select s.id, case when ${IS_BLOCK} then s.nas_id || ' ' || host(s.nas_address) else s.nas_id::text end as router,
       n.id is null as is_router_removed, s.version, s.last_report_at, s.uncertain_at, i.interval_s
     from sessions s left join nas n on n.id = s.nas_id
     cross join lateral (select coalesce(s.interim_interval_s, n.interim_interval_s, $4::int) as interval_s) i
     where s.closed_at is null and s.id > $5::bigint
       and s.last_report_at < $1::timestamptz - make_interval(secs => $2::int * i.interval_s + $3::int)
     order by s.id limit $6::int`,
    [new Date(input.nowMs), input.missedMax, input.graceS, input.interimDefaultS, input.afterId, input.limit],
  );
  return rows.map((row) => ({
    id: String(row.id),
    router: row.router,
    isRouterRemoved: row.is_router_removed,
    version: row.version,
    lastReportAtMs: row.last_report_at.getTime(),
    uncertainAtMs: row.uncertain_at?.getTime(),
    interimIntervalS: row.interval_s,
  }));
}

/** Marks sessions uncertain that nobody wrote since they were read; returns how many. */
export async function doubtSessions(
  db: Queryable,
  sessions: readonly { readonly id: string; readonly version: number }[],
  at: Date,
): Promise<number> {
  const rows = await db.query(
    `update sessions s set uncertain_at = $3::timestamptz, version = s.version + 1
     from unnest($1::bigint[], $2::int[]) as seen (id, version)
     where s.id = seen.id and s.version = seen.version and s.closed_at is null and s.uncertain_at is null
     returning s.id`,
    [sessions.map((session) => session.id), sessions.map((session) => session.version), at],
  );
  return rows.length;
}

/** Closes sessions that nobody wrote since they were read, at the time of their last event; returns how many. */
export async function closeStale(
  db: Queryable,
  sessions: readonly { readonly id: string; readonly version: number }[],
): Promise<number> {
  const rows = await db.query(
    `update sessions s set closed_at = s.last_event_at, close_cause = 'stale', version = s.version + 1
     from unnest($1::bigint[], $2::int[]) as seen (id, version)
     where s.id = seen.id and s.version = seen.version and s.closed_at is null
     returning s.id`,
    [sessions.map((session) => session.id), sessions.map((session) => session.version)],
  );
  return rows.length;
}

interface ContactRow {
  readonly router: string;
  readonly last_acct_at: Date;
  readonly interim_interval_s: number;
}

interface SilentRow {
  readonly id: string;
  readonly router: string;
  readonly is_router_removed: boolean;
  readonly version: number;
  readonly last_report_at: Date;
  readonly uncertain_at: Date | null;
  readonly interval_s: number;
}
