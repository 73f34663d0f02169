import type { Queryable } from '../../db/database.ts';
import type { NasId, ServiceId } from '../../kernel/ids.ts';
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
  readonly serviceId?: ServiceId | undefined;
  readonly nasId?: NasId | undefined;
  readonly outcome?: AuthLogLine['outcome'] | undefined;
  readonly reason?: string | undefined;
  /** Only lines below this one: the cursor of the next page. */
  readonly below?: { readonly at: Date; readonly key: string } | undefined;
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

/** The newest lines, oldest of them first. */
export async function readAuthLog(q: Queryable, filter: AuthLogFilter): Promise<AuthLogLine[]> {
  return (await newestOfAuthLog(q, filter)).reverse();
}

/**
 * The newest lines, newest first. The log has no index: days are read from the newest back, one partition each, only
 * until there are enough.
 */
export async function newestOfAuthLog(q: Queryable, filter: AuthLogFilter): Promise<AuthLogLine[]> {
  const lines: AuthLogLine[] = [];
  const fromMs = filter.from.getTime();
  const { below } = filter;
  let toMs = Math.min(filter.to.getTime(), below === undefined ? Infinity : below.at.getTime() + 1);
  while (toMs > fromMs && lines.length < filter.limit) {
    const dayMs = Math.max(fromMs, Math.floor((toMs - 1) / DAY_MS) * DAY_MS);
    const limit = filter.limit - lines.length;
    lines.push(...(await readSpan(q, { ...filter, from: new Date(dayMs), to: new Date(toMs), limit })));
    toMs = dayMs;
  }
  return lines;
}

async function readSpan(q: Queryable, span: AuthLogFilter): Promise<AuthLogLine[]> {
  const params: unknown[] = [span.from, span.to, span.limit];
  const place = (value: unknown): string => `$${params.push(value)}`;
  const conditions = ['at >= $1::timestamptz', 'at < $2::timestamptz'];
  if (span.username !== undefined) conditions.push(`username = ${place(span.username)}::text`);
  if (span.serviceId !== undefined) conditions.push(`service_id = ${place(span.serviceId)}::bigint`);
  if (span.nasId !== undefined) conditions.push(`nas_id = ${place(span.nasId)}::bigint`);
  if (span.reason !== undefined) conditions.push(`reason = ${place(span.reason)}::text`);
  if (span.outcome !== undefined) conditions.push(`outcome = ${place(OUTCOME[span.outcome])}::smallint`);
  if (span.below !== undefined) {
    const [table = '0', row = '(0,0)'] = span.below.key.split(':');
    conditions.push(
      `(at, tableoid::bigint, ctid) < (${place(span.below.at)}::timestamptz, ${place(table)}::bigint, ${place(row)}::text::tid)`,
    );
  }
  const rows = await q.query<AuthLogRow>(
    `select l.*, n.name as nas_name from (
       select tableoid::bigint || ':' || ctid::text as key, tableoid::bigint as part, ctid as place, at, outcome, reason,
         trail, method, nas_id, service_id, username, calling_station, source, count
       from auth_log where ${conditions.join(' and ')}
       order by at desc, tableoid::bigint desc, ctid desc limit $3::int
     ) l left join nas n on n.id = l.nas_id
     order by l.at desc, l.part desc, l.place desc`,
    params,
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
