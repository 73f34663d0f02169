import type { Queryable } from '../../db/database.ts';
import type { NasId, ServiceId, SessionId } from '../../kernel/ids.ts';

/** A session as people read it. Octets are the session's own totals. */
export interface SessionReport {
  readonly id: SessionId;
  readonly username: string;
  readonly serviceId: ServiceId | undefined;
  readonly nasId: NasId;
  /** Undefined when the NAS has been removed. */
  readonly nasName: string | undefined;
  readonly acctSessionId: string;
  readonly state: 'live' | 'uncertain' | 'closed';
  readonly startedAt: Date;
  readonly lastReportAt: Date;
  readonly closedAt: Date | undefined;
  readonly closeCause: string | undefined;
  readonly sessionTimeS: number;
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
  readonly framedIp: string | undefined;
  readonly callingStation: string | undefined;
  /** The reply it was let in with: full, throttled or walled. */
  readonly grade: string | undefined;
}

/** Which sessions are wanted, the newest first. */
export interface SessionFilter {
  readonly username?: string | undefined;
  readonly includeClosed: boolean;
  readonly limit: number;
}

interface SessionRow {
  id: string;
  username: string;
  service_id: string | null;
  nas_id: string;
  nas_name: string | null;
  acct_session_id: string;
  started_at: Date;
  last_report_at: Date;
  uncertain_at: Date | null;
  closed_at: Date | null;
  close_cause: string | null;
  session_time_s: string;
  upload_octets: string;
  download_octets: string;
  framed_ip: string | null;
  calling_station: string | null;
  grade: string | null;
}

/** Sessions of everybody or of one user name; open ones come by index, so that history costs nothing. */
export async function listSessions(q: Queryable, filter: SessionFilter): Promise<SessionReport[]> {
  const conditions: string[] = [];
  const params: unknown[] = [filter.limit];
  if (!filter.includeClosed) conditions.push('s.closed_at is null');
  if (filter.username !== undefined) {
    params.push(filter.username);
    // Sessions whose service is unknown have no index by name; both branches use (service_id, started_at).
    conditions.push(
      `(s.service_id = (select id from isp_services where username = $2)
        or (s.service_id is null and s.username = $2))`,
    );
  }
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const rows = await q.query<SessionRow>(
    `select s.id, s.username, s.service_id, s.nas_id, n.name as nas_name, s.acct_session_id, s.started_at,
            s.last_report_at, s.uncertain_at, s.closed_at, s.close_cause, s.session_time_s, s.upload_octets,
            s.download_octets, host(s.framed_ip) as framed_ip, s.calling_station, s.grade
     from sessions s left join nas n on n.id = s.nas_id
     ${where}
     order by s.started_at desc, s.id desc limit $1::int`,
    params,
  );
  return rows.map(toReport);
}

/** How many sessions are open on a NAS. */
export async function countOpenSessionsOfNas(q: Queryable, nasId: NasId): Promise<number> {
  const [row] = await q.query<{ count: string }>(
    'select count(*) from sessions where nas_id = $1::bigint and closed_at is null',
    [nasId],
  );
  return Number(row?.count ?? 0);
}

/** How many sessions are open in all. */
export async function countOpenSessions(q: Queryable): Promise<number> {
  const [row] = await q.query<{ count: string }>('select count(*) from sessions where closed_at is null');
  return Number(row?.count ?? 0);
}

/** How many sessions of a service are open. */
export async function countOpenSessionsOfService(q: Queryable, serviceId: ServiceId): Promise<number> {
  const [row] = await q.query<{ count: string }>(
    'select count(*) from sessions where service_id = $1::bigint and closed_at is null',
    [serviceId],
  );
  return Number(row?.count ?? 0);
}

function toReport(row: SessionRow): SessionReport {
  return {
    id: row.id as SessionId,
    username: row.username,
    serviceId: (row.service_id ?? undefined) as ServiceId | undefined,
    nasId: row.nas_id as NasId,
    nasName: row.nas_name ?? undefined,
    acctSessionId: row.acct_session_id,
    state: row.closed_at !== null ? 'closed' : row.uncertain_at !== null ? 'uncertain' : 'live',
    startedAt: row.started_at,
    lastReportAt: row.last_report_at,
    closedAt: row.closed_at ?? undefined,
    closeCause: row.close_cause ?? undefined,
    sessionTimeS: Number(row.session_time_s),
    uploadOctets: BigInt(row.upload_octets),
    downloadOctets: BigInt(row.download_octets),
    framedIp: row.framed_ip ?? undefined,
    callingStation: row.calling_station ?? undefined,
    grade: row.grade ?? undefined,
  };
}
