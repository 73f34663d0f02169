import type { Queryable } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import type { LoginMethod } from '../policy/facts.ts';
import { OUTCOME } from './auth-log.ts';
import { METHOD_CODES } from './login-method.ts';

/** One line of the authentication log, for people. */
export interface AuthLogLine {
  /** Tells lines apart that are equal otherwise. */
  readonly key: string;
  readonly at: Date;
  readonly outcome: 'accept' | 'walled' | 'reject' | 'drop';
  /** Why it was walled, rejected or dropped. */
  readonly reason: string | undefined;
  /** For `decodeTrail`. */
  readonly trail: number;
  readonly method: LoginMethod;
  readonly nasName: string | undefined;
  readonly serviceId: ServiceId | undefined;
  readonly username: string;
  readonly callingStation: string | undefined;
  /** Where the packet came from. */
  readonly source: string | undefined;
  /** How many packets of a drop cause this line stands for. */
  readonly count: number;
}

/** Which lines are wanted: `[from, to)`, the newest `limit` of them. */
export interface AuthLogFilter {
  readonly from: Date;
  readonly to: Date;
  readonly username?: string | undefined;
  readonly limit: number;
}

interface AuthLogRow {
  key: string;
  at: Date;
  outcome: number;
  reason: string | null;
  trail: number;
  method: number;
  nas_name: string | null;
  service_id: string | null;
  username: string;
  calling_station: string | null;
  source: string | null;
  count: number;
}

const DAY_MS = 86_400_000;

/**
 * The newest lines, oldest of them first. The log has no index: days are read from the newest back, one
 * partition each, only until there are enough.
 */
export async function readAuthLog(q: Queryable, filter: AuthLogFilter): Promise<AuthLogLine[]> {
  const lines: AuthLogLine[] = [];
  const fromMs = filter.from.getTime();
  let toMs = filter.to.getTime();
  while (toMs > fromMs && lines.length < filter.limit) {
    const dayMs = Math.max(fromMs, Math.floor((toMs - 1) / DAY_MS) * DAY_MS);
    const limit = filter.limit - lines.length;
    const { username } = filter;
    lines.push(...(await readSpan(q, { from: new Date(dayMs), to: new Date(toMs), username, limit })));
    toMs = dayMs;
  }
  return lines.reverse();
}

async function readSpan(q: Queryable, span: AuthLogFilter): Promise<AuthLogLine[]> {
  const rows = await q.query<AuthLogRow>(
    `select l.*, n.name as nas_name from (
       select tableoid::bigint || ':' || ctid::text as key, at, outcome, reason, trail, method, nas_id, service_id,
         username, calling_station, source, count
       from auth_log
       where at >= $1::timestamptz and at < $2::timestamptz and ($3::text is null or username = $3::text)
       order by at desc limit $4::int
     ) l left join nas n on n.id = l.nas_id
     order by l.at desc`,
    [span.from, span.to, span.username ?? null, span.limit],
    { deadlineMs: 60_000 },
  );
  return rows.map((row) => ({
    key: row.key,
    at: row.at,
    outcome: OUTCOMES.get(row.outcome) ?? 'drop',
    reason: row.reason ?? undefined,
    trail: row.trail,
    method: METHODS.get(row.method) ?? 'none',
    nasName: row.nas_name ?? undefined,
    serviceId: (row.service_id ?? undefined) as ServiceId | undefined,
    username: row.username,
    callingStation: row.calling_station ?? undefined,
    source: row.source ?? undefined,
    count: row.count,
  }));
}

function inverse<Name extends string>(codes: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> {
  // Object.entries forgets the names of a record; they are its keys.
  return new Map(Object.entries(codes).map(([name, code]) => [code as number, name as Name]));
}

const OUTCOMES = inverse(OUTCOME);
const METHODS = inverse(METHOD_CODES);
