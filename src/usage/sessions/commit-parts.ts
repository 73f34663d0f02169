/**
 * Columns of each part, in the order their arrays are bound; name and SQL type. A session that one report changed or
 * opened is written, with the raw row of that report, from one set of arrays: each array costs time on both sides.
 * `status` is 0 where there is no such report: no raw row then.
 */
export const CHANGED_COLUMNS = [
  'id bigint',
  'version int',
  'received_at float8',
  'event_at float8',
  'session_time_s bigint',
  'upload bigint',
  'download bigint',
  'upload_delta bigint',
  'download_delta bigint',
  'anomalies int',
  'closed_at float8',
  'close_cause text',
  'service_id bigint',
  'nas_id bigint',
  'status smallint',
  'terminate_cause smallint',
] as const;

/** What follows the changed columns where an address has changed, the router's own included: NULL keeps the one that is known. */
export const DETAILS_COLUMNS = [
  'framed_ip inet',
  'framed_ipv6_prefix text',
  'delegated_ipv6_prefix text',
  'nas_address inet',
] as const;

export const OPENED_COLUMNS = [
  'id bigint',
  'nas_id bigint',
  'acct_session_id text',
  'username text',
  'generation int',
  'service_id bigint',
  'received_at float8',
  'event_at float8',
  'started_at float8',
  'closed_at float8',
  'close_cause text',
  'session_time_s bigint',
  'upload bigint',
  'download bigint',
  'anomalies int',
  'status smallint',
  'terminate_cause smallint',
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
] as const;

export const USAGE_COLUMNS = [
  'service_id bigint',
  'usage_date date',
  'usage_hour int',
  'upload_delta bigint',
  'download_delta bigint',
  'peak_bps bigint',
  'used_at float8',
  'may_be_first boolean',
] as const;

export const FOLDED_COLUMNS = [
  'received_at float8',
  'event_at float8',
  'id bigint',
  'service_id bigint',
  'nas_id bigint',
  'status smallint',
  'session_time_s bigint',
  'upload bigint',
  'download bigint',
  'upload_delta bigint',
  'download_delta bigint',
  'anomalies int',
  'terminate_cause smallint',
] as const;

/** Counters and anomalies go on from those of the row, which is at the version they were judged against. */
export const CHANGE = (details: string): string => `
  update sessions s set version = s.version + 1, service_id = u.service_id,
    last_report_at = to_timestamp(u.received_at), last_event_at = greatest(s.last_event_at, to_timestamp(u.event_at)),
    uncertain_at = null, closed_at = to_timestamp(u.closed_at), close_cause = u.close_cause,
    session_time_s = greatest(s.session_time_s, u.session_time_s), upload_octets = s.upload_octets + u.upload_delta,
    download_octets = s.download_octets + u.download_delta, anomalies = s.anomalies | u.anomalies${details}
  from u where s.id = u.id and s.version = u.version
  returning 1`;

export const SET_DETAILS = `,
    framed_ip = coalesce(u.framed_ip, s.framed_ip),
    framed_ipv6_prefix = coalesce(u.framed_ipv6_prefix, s.framed_ipv6_prefix),
    delegated_ipv6_prefix = coalesce(u.delegated_ipv6_prefix, s.delegated_ipv6_prefix),
    nas_address = coalesce(u.nas_address, s.nas_address)`;

/** A session somebody else has opened meanwhile is a unique violation, which refuses the statement as well. */
export const OPEN = `
  insert into sessions (id, nas_id, acct_session_id, username, generation, version, service_id, started_at,
    last_report_at, last_event_at, closed_at, close_cause, session_time_s, upload_octets, download_octets, anomalies,
    interim_interval_s, state_version, grade, framed_ip, framed_ipv6_prefix, delegated_ipv6_prefix, calling_station,
    called_station, nas_port_id, nas_port, nas_address, nas_ip_reported, nas_identifier)
  select id, nas_id, acct_session_id, username, generation, 1, service_id, to_timestamp(started_at),
    to_timestamp(received_at), to_timestamp(event_at), to_timestamp(closed_at), close_cause, session_time_s, upload,
    download, anomalies, interim_interval_s, state_version, grade, framed_ip, framed_ipv6_prefix,
    delegated_ipv6_prefix, calling_station, called_station, nas_port_id, nas_port, nas_address, nas_ip_reported,
    nas_identifier
  from i`;

export const KNOWN_DAYS = `
  update isp_usage_logs l set upload = l.upload + a.upload_delta, download = l.download + a.download_delta,
    peak_bps = greatest(l.peak_bps, a.peak_bps),
    hours[a.usage_hour + 1] = l.hours[a.usage_hour + 1] + a.upload_delta + a.download_delta
  from used a where l.service_id = a.service_id and l.usage_date = a.usage_date
  returning 1`;

export const NEW_DAYS = `
  insert into isp_usage_logs (service_id, usage_date, upload, download, peak_bps, hours)
  select a.service_id, a.usage_date, a.upload_delta, a.download_delta, a.peak_bps,
    array_fill(0::bigint, array[a.usage_hour]) || (a.upload_delta + a.download_delta)
      || array_fill(0::bigint, array[23 - a.usage_hour])
  from used a left join isp_usage_logs l on l.service_id = a.service_id and l.usage_date = a.usage_date
  where a.may_be_first and l.service_id is null`;

export const SEGMENTS = `
  update isp_service_segments g set upload_octets = g.upload_octets + a.upload_delta,
    download_octets = g.download_octets + a.download_delta
  from used a where g.service_id = a.service_id and g.from_at <= to_timestamp(a.used_at)
    and (g.to_at is null or to_timestamp(a.used_at) < g.to_at)`;

export const RAW_INTO = `
  insert into accounting (received_at, event_at, session_id, service_id, nas_id, status, session_time_s,
    upload_octets, download_octets, upload_delta, download_delta, anomalies, terminate_cause)`;

const RAW = (uploadDelta: string, downloadDelta: string): string => `
  select to_timestamp(received_at), to_timestamp(event_at), id, service_id, nas_id, status, session_time_s,
    upload, download, ${uploadDelta}, ${downloadDelta}, anomalies::smallint, terminate_cause`;

/** The raw row of each part. Everything the report says that opens a session is new. */
export const RAW_OF = {
  changed: RAW('upload_delta', 'download_delta'),
  opened: RAW('upload', 'download'),
  folded: RAW('upload_delta', 'download_delta'),
} as const;
