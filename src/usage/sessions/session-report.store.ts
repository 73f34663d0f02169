import type { Queryable } from '../../db/database.ts';
import type { CustomerId, NasId, ServiceId, SessionId } from '../../kernel/ids.ts';

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
  readonly framedIpv6Prefix: string | undefined;
  readonly delegatedIpv6Prefix: string | undefined;
  readonly nasPortId: string | undefined;
  readonly callingStation: string | undefined;
  /** The reply it was let in with: full, throttled or walled. */
  readonly grade: string | undefined;
}

/** Which sessions are wanted, the newest first. */
export interface SessionFilter {
  readonly id?: SessionId | undefined;
  readonly username?: string | undefined;
  readonly serviceId?: ServiceId | undefined;
  readonly customerId?: CustomerId | undefined;
  readonly nasId?: NasId | undefined;
  /** The subscriber's IPv4 address. */
  readonly address?: string | undefined;
  readonly grade?: string | undefined;
  readonly includeClosed: boolean;
  /** Only sessions older than this one: the cursor of the next page. */
  readonly after?: { readonly startedAt: Date; readonly id: string } | undefined;
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
  framed_ipv6_prefix: string | null;
  delegated_ipv6_prefix: string | null;
  nas_port_id: string | null;
  calling_station: string | null;
  grade: string | null;
}

/** Sessions that fit; open ones come by index, so that history costs nothing. */
export async function listSessions(q: Queryable, filter: SessionFilter): Promise<SessionReport[]> {
  const params: unknown[] = [filter.limit];
  const place = (value: unknown): string => `$${params.push(value)}`;
  const conditions = conditionsOf(filter, place);
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  return selectSessions(q, `${where} order by s.started_at desc, s.id desc limit $1::int`, params);
}

/** Sessions by the rest of a statement (`s` is the session, `n` its NAS). */
async function selectSessions(
  q: Queryable,
  rest: string,
  params: readonly unknown[],
): Promise<SessionReport[]> {
  const rows = await q.query<SessionRow>(
    `select s.id, s.username, s.service_id, s.nas_id, n.name as nas_name, s.acct_session_id, s.started_at,
            s.last_report_at, s.uncertain_at, s.closed_at, s.close_cause, s.session_time_s, s.upload_octets,
            s.download_octets, host(s.framed_ip) as framed_ip, s.framed_ipv6_prefix, s.delegated_ipv6_prefix,
            s.calling_station, s.nas_port_id, s.grade
     from sessions s left join nas n on n.id = s.nas_id
     ${rest}`,
    params,
  );
  return rows.map(toReport);
}

function conditionsOf(filter: SessionFilter, place: (value: unknown) => string): string[] {
  const { id, username, serviceId, customerId, nasId, address, grade, after } = filter;
  const conditions = filter.includeClosed ? [] : ['s.closed_at is null'];
  if (id !== undefined) conditions.push(`s.id = ${place(id)}::bigint`);
  if (username !== undefined) {
    const name = place(username);
    // Sessions whose service is unknown have no index by name; both branches use (service_id, started_at).
    conditions.push(
      `(s.service_id = (select id from isp_services where username = ${name})
        or (s.service_id is null and s.username = ${name}))`,
    );
  }
  if (serviceId !== undefined) conditions.push(`s.service_id = ${place(serviceId)}::bigint`);
  if (customerId !== undefined) {
    conditions.push(
      `s.service_id in (select id from isp_services where customer_id = ${place(customerId)}::bigint)`,
    );
  }
  if (nasId !== undefined) conditions.push(`s.nas_id = ${place(nasId)}::bigint`);
  if (address !== undefined) conditions.push(`s.framed_ip = ${place(address)}::inet`);
  if (grade !== undefined) conditions.push(`s.grade = ${place(grade)}`);
  if (after !== undefined) {
    conditions.push(
      `(s.started_at, s.id) < (${place(after.startedAt)}::timestamptz, ${place(after.id)}::bigint)`,
    );
  }
  return conditions;
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
    framedIpv6Prefix: row.framed_ipv6_prefix ?? undefined,
    delegatedIpv6Prefix: row.delegated_ipv6_prefix ?? undefined,
    nasPortId: row.nas_port_id ?? undefined,
    callingStation: row.calling_station ?? undefined,
    grade: row.grade ?? undefined,
  };
}

/** A session that had an address, with who pays for its service. */
export interface AddressHolder {
  readonly session: SessionReport;
  readonly customer: { readonly id: CustomerId; readonly name: string } | undefined;
}

/**
 * Sessions that ran at an instant with an IPv4 address or with one of some IPv6 prefixes in canonical text, the
 * latest first. A session that is not closed reaches as far as its last report says, and to now while it is live.
 */
export async function addressHolders(
  q: Queryable,
  question: { at: Date; limit: number } & ({ ipv4: string } | { prefixes: readonly string[] }),
): Promise<AddressHolder[]> {
  const isIt =
    'ipv4' in question
      ? 's.framed_ip = $3::inet'
      : '(s.framed_ipv6_prefix = any($3::text[]) or s.delegated_ipv6_prefix = any($3::text[]))';
  const sessions = await selectSessions(
    q,
    `where ${isIt} and s.started_at <= $2::timestamptz and (s.closed_at is null or s.closed_at >= $2::timestamptz)
     order by s.started_at desc, s.id desc limit $1::int`,
    [question.limit, question.at, 'ipv4' in question ? question.ipv4 : question.prefixes],
  );
  const customers = await customersOf(q, sessions);
  return sessions.map((session) => ({
    session,
    customer: session.serviceId === undefined ? undefined : customers.get(session.serviceId),
  }));
}

async function customersOf(q: Queryable, sessions: readonly SessionReport[]) {
  const ids = [...new Set(sessions.flatMap(({ serviceId }) => serviceId ?? []))];
  const rows = await q.query<{ service_id: ServiceId; id: CustomerId; name: string }>(
    `select s.id as service_id, c.id, c.name from isp_services s join customers c on c.id = s.customer_id
     where s.id = any($1::bigint[])`,
    [ids],
  );
  return new Map(rows.map(({ service_id, id, name }) => [service_id, { id, name }]));
}
