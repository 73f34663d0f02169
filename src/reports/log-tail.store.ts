import type { Queryable } from '../db/database.ts';
import { OUTCOME } from '../radius/auth/auth-log.ts';
import type { LogTailLine } from './troubles.ts';

/** Today's log has no index and may be huge: only its last pages are read, 8 kB each. */
const TAIL_PAGES = 512;
const DEADLINE = { deadlineMs: 2_500, prepare: false };
const LINES_MAX = 500;

/**
 * The newest lines of the authentication log, at most `withinS` old, gathered by outcome, reason, router and (of
 * drops) source. On a busy day fewer seconds are covered.
 */
export async function readLogTail(q: Queryable, withinS: number): Promise<LogTailLine[]> {
  const [day] = await q.query<{ name: string; pages: string | null }>(
    `select name, pg_relation_size(to_regclass(name)) / 8192 as pages
     from (select 'auth_log_' || to_char(now() at time zone 'UTC', 'YYYYMMDD') as name) today`,
    [],
    DEADLINE,
  );
  if (day === undefined || day.pages === null) return [];
  const firstPage = Math.max(0, Number(day.pages) - TAIL_PAGES);
  const rows = await q.query<{
    outcome: number;
    reason: string | null;
    router: string | null;
    source: string | null;
    count: string;
    last_at: Date;
  }>(
    `select l.outcome, l.reason, n.name as router, l.source, l.count, l.last_at from (
       select outcome, reason, nas_id, case outcome when ${OUTCOME.drop} then source end as source, sum(count) as count,
         max(at) as last_at
       from "${day.name}"
       where ctid >= '(${firstPage},0)'::tid and at > now() - make_interval(secs => $1::int)
       group by 1, 2, 3, 4 order by 5 desc limit ${LINES_MAX}
     ) l left join nas n on n.id = l.nas_id`,
    [withinS],
    DEADLINE,
  );
  return rows.map((row) => ({
    outcome: OUTCOME_NAMES.get(row.outcome) ?? 'drop',
    reason: row.reason ?? undefined,
    routerName: row.router ?? undefined,
    source: row.source ?? undefined,
    count: Number(row.count),
    lastAtMs: row.last_at.getTime(),
  }));
}

const OUTCOME_NAMES: ReadonlyMap<number, LogTailLine['outcome']> = new Map([
  [OUTCOME.accept, 'accept'],
  [OUTCOME.walled, 'walled'],
  [OUTCOME.reject, 'reject'],
  [OUTCOME.drop, 'drop'],
]);
