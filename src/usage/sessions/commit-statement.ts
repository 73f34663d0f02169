/** Columns of each part, in the order their arrays are bound; name and SQL type. */
export const CHANGED_COLUMNS = [
  'id bigint',
  'version int',
  'report_at float8',
  'event_at float8',
  'session_time_s bigint',
  'upload bigint',
  'download bigint',
  'anomalies int',
  'closed_at float8',
  'close_cause text',
  'service_id bigint',
  'usage_date date',
  'usage_hour int',
  'upload_delta bigint',
  'download_delta bigint',
  'peak_bps bigint',
  'used_at float8',
  'may_be_first boolean',
  'framed_ip inet',
  'ipv6 text',
] as const;

export const OPENED_COLUMNS = [
  'id bigint',
  'nas_id bigint',
  'acct_session_id text',
  'username text',
  'generation int',
  'service_id bigint',
  'started_at float8',
  'report_at float8',
  'event_at float8',
  'closed_at float8',
  'close_cause text',
  'session_time_s bigint',
  'upload bigint',
  'download bigint',
  'anomalies int',
  'interim_interval_s int',
  'state_version int',
  'grade text',
  'framed_ip inet',
  'framed_ipv6_prefix text',
  'delegated_ipv6_prefix text',
  'calling_station text',
  'called_station text',
  'nas_port_id text',
  'nas_port bigint',
  'nas_address inet',
  'nas_ip_reported inet',
  'nas_identifier text',
  'usage_date date',
  'usage_hour int',
  'upload_delta bigint',
  'download_delta bigint',
  'peak_bps bigint',
  'used_at float8',
  'may_be_first boolean',
] as const;

export const RAW_COLUMNS = [
  'received_at float8',
  'event_at float8',
  'session_id bigint',
  'service_id bigint',
  'nas_id bigint',
  'status smallint',
  'session_time_s bigint',
  'upload bigint',
  'download bigint',
  'upload_delta bigint',
  'download_delta bigint',
  'anomalies smallint',
  'terminate_cause smallint',
] as const;

/** What a batch has; a statement carries only the parts it needs, for each costs time even when it is empty. */
export interface BatchShape {
  readonly hasChanged: boolean;
  readonly hasOpened: boolean;
  readonly hasUsage: boolean;
  /** Some usage may be the first of its service on its day. */
  readonly hasNewDays: boolean;
}

/** A composed statement, how often it was used, and the use from which it is planned anew. */
interface Composed {
  readonly body: string;
  text: string;
  uses: number;
  replanAt: number;
}

const composed = new Map<number, Composed>();
const REPLAN_FIRST_AT = 8;
const REPLAN_FACTOR = 4;

/**
 * The one statement behind every accounting answer. Session rows are written only if their version is the one the
 * deltas were computed against; otherwise the statement divides by zero, which is the cheapest way for it to
 * refuse itself whole.
 * Parameters: the arrays of the changed, opened and raw columns, then how many changed and opened
 * rows, and known days, must be written.
 *
 * PostgreSQL keeps the plan of a prepared statement. One made while the tables were empty walks them whole for ever
 * once they are large, so the text changes after 8, 32, 128 ... uses: each time it is planned for the size of then.
 */
export function commitStatement(shape: BatchShape): string {
  const key =
    Number(shape.hasChanged) +
    2 * Number(shape.hasOpened) +
    4 * Number(shape.hasUsage) +
    8 * Number(shape.hasNewDays);
  let known = composed.get(key);
  if (known === undefined) {
    const body = compose(shape);
    known = { body, text: body, uses: 0, replanAt: REPLAN_FIRST_AT };
    composed.set(key, known);
  }
  known.uses += 1;
  if (known.uses >= known.replanAt) {
    known.text = `${known.body} /* planned at use ${known.uses} */`;
    known.replanAt *= REPLAN_FACTOR;
  }
  return known.text;
}

function compose({ hasChanged, hasOpened, hasUsage, hasNewDays }: BatchShape): string {
  let next = 1;
  const rows = (columns: readonly string[]): string => {
    const arrays = columns.map((column) => `$${next++}::${column.split(' ')[1]}[]`);
    const names = columns.map((column) => column.split(' ')[0]);
    return `select * from unnest(${arrays.join(', ')}) as t(${names.join(', ')})`;
  };
  const parts: string[] = [];
  if (hasChanged) parts.push(`u as (${rows(CHANGED_COLUMNS)})`, `changed as (${CHANGE})`);
  if (hasOpened) parts.push(`i as (${rows(OPENED_COLUMNS)})`, `opened as (${OPEN})`);
  if (hasUsage) {
    const used = [...(hasChanged ? ['u'] : []), ...(hasOpened ? ['i'] : [])].map(
      (source) => `${USED} from ${source} where usage_date is not null`,
    );
    parts.push(`used as (${used.join(' union all ')})`, `known_days as (${KNOWN_DAYS})`);
    if (hasNewDays) parts.push(`new_days as (${NEW_DAYS})`);
    parts.push(`segments as (${SEGMENTS})`);
  }
  parts.push(`raw as (${RAW} from (${rows(RAW_COLUMNS)}) t)`);
  const mustWrite = (part: string): string =>
    `1 / ((select count(*) from ${part}) = $${next++}::bigint)::int`;
  const counts = [
    ...(hasChanged ? [mustWrite('changed')] : []),
    ...(hasOpened ? [mustWrite('opened')] : []),
    ...(hasUsage && !hasNewDays ? [mustWrite('known_days')] : []),
  ];
  return `with ${parts.join(', ')} select ${counts.join(', ')}`;
}

const CHANGE = `
  update sessions s set version = s.version + 1, service_id = u.service_id,
    last_report_at = to_timestamp(u.report_at), last_event_at = to_timestamp(u.event_at), uncertain_at = null,
    closed_at = to_timestamp(u.closed_at), close_cause = u.close_cause, session_time_s = u.session_time_s,
    upload_octets = u.upload, download_octets = u.download, anomalies = u.anomalies,
    framed_ip = coalesce(u.framed_ip, s.framed_ip),
    framed_ipv6_prefix = coalesce(nullif(split_part(u.ipv6, ' ', 1), ''), s.framed_ipv6_prefix),
    delegated_ipv6_prefix = coalesce(nullif(split_part(u.ipv6, ' ', 2), ''), s.delegated_ipv6_prefix)
  from u where s.id = u.id and s.version = u.version
  returning 1`;

const OPEN = `
  insert into sessions (id, nas_id, acct_session_id, username, generation, version, service_id, started_at,
    last_report_at, last_event_at, closed_at, close_cause, session_time_s, upload_octets, download_octets, anomalies,
    interim_interval_s, state_version, grade, framed_ip, framed_ipv6_prefix, delegated_ipv6_prefix, calling_station,
    called_station, nas_port_id, nas_port, nas_address, nas_ip_reported, nas_identifier)
  select id, nas_id, acct_session_id, username, generation, 1, service_id, to_timestamp(started_at),
    to_timestamp(report_at), to_timestamp(event_at), to_timestamp(closed_at), close_cause, session_time_s, upload,
    download, anomalies, interim_interval_s, state_version, grade, framed_ip, framed_ipv6_prefix,
    delegated_ipv6_prefix, calling_station, called_station, nas_port_id, nas_port, nas_address, nas_ip_reported,
    nas_identifier
  from i on conflict do nothing
  returning 1`;

const USED =
  'select service_id, used_at, usage_date, usage_hour, upload_delta, download_delta, peak_bps, may_be_first';

const KNOWN_DAYS = `
  update isp_usage_logs l set upload = l.upload + a.upload_delta, download = l.download + a.download_delta,
    peak_bps = greatest(l.peak_bps, a.peak_bps),
    hours[a.usage_hour + 1] = l.hours[a.usage_hour + 1] + a.upload_delta + a.download_delta
  from used a where l.service_id = a.service_id and l.usage_date = a.usage_date
  returning 1`;

const NEW_DAYS = `
  insert into isp_usage_logs (service_id, usage_date, upload, download, peak_bps, hours)
  select a.service_id, a.usage_date, a.upload_delta, a.download_delta, a.peak_bps,
    array_fill(0::bigint, array[a.usage_hour]) || (a.upload_delta + a.download_delta)
      || array_fill(0::bigint, array[23 - a.usage_hour])
  from used a left join isp_usage_logs l on l.service_id = a.service_id and l.usage_date = a.usage_date
  where a.may_be_first and l.service_id is null`;

const SEGMENTS = `
  update isp_service_segments g set upload_octets = g.upload_octets + a.upload_delta,
    download_octets = g.download_octets + a.download_delta
  from used a where g.service_id = a.service_id and g.from_at <= to_timestamp(a.used_at)
    and (g.to_at is null or to_timestamp(a.used_at) < g.to_at)`;

const RAW = `
  insert into accounting (received_at, event_at, session_id, service_id, nas_id, status, session_time_s,
    upload_octets, download_octets, upload_delta, download_delta, anomalies, terminate_cause)
  select to_timestamp(received_at), to_timestamp(event_at), session_id, service_id, nas_id, status, session_time_s,
    upload, download, upload_delta, download_delta, anomalies, terminate_cause`;
