/**
 * The one statement behind every accounting answer. Session rows are written only if their version is the one the
 * deltas were computed against; `require_rows` raises serialization_failure otherwise and nothing is written.
 * $1-$18 changed sessions, $19-$51 opened sessions, $52-$64 raw rows, $65/$66 how many of each must be written.
 */
export const COMMIT_BATCH = `
with u as (
  select * from unnest($1::bigint[], $2::int[], $3::float8[], $4::float8[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::int[], $9::float8[], $10::text[], $11::bigint[], $12::date[], $13::int[], $14::bigint[], $15::bigint[],
    $16::bigint[], $17::inet[], $18::text[])
  as t(id, version, report_at, event_at, session_time_s, upload, download, anomalies, closed_at, close_cause,
    service_id, usage_date, usage_hour, upload_delta, download_delta, peak_bps, framed_ip, ipv6)
), i as (
  select * from unnest($19::bigint[], $20::bigint[], $21::text[], $22::text[], $23::int[], $24::bigint[],
    $25::float8[], $26::float8[], $27::float8[], $28::float8[], $29::text[], $30::bigint[], $31::bigint[],
    $32::bigint[], $33::int[], $34::int[], $35::int[], $36::text[], $37::inet[], $38::text[], $39::text[],
    $40::text[], $41::text[], $42::text[], $43::bigint[], $44::inet[], $45::inet[], $46::text[], $47::date[],
    $48::int[], $49::bigint[], $50::bigint[], $51::bigint[])
  as t(id, nas_id, acct_session_id, username, generation, service_id, started_at, report_at, event_at, closed_at,
    close_cause, session_time_s, upload, download, anomalies, interim_interval_s, state_version, grade, framed_ip,
    framed_ipv6_prefix, delegated_ipv6_prefix, calling_station, called_station, nas_port_id, nas_port, nas_address,
    nas_ip_reported, nas_identifier, usage_date, usage_hour, upload_delta, download_delta, peak_bps)
), changed as (
  update sessions s set version = s.version + 1, service_id = u.service_id,
    last_report_at = to_timestamp(u.report_at), last_event_at = to_timestamp(u.event_at), uncertain_at = null,
    closed_at = to_timestamp(u.closed_at), close_cause = u.close_cause, session_time_s = u.session_time_s,
    upload_octets = u.upload, download_octets = u.download, anomalies = u.anomalies,
    framed_ip = coalesce(u.framed_ip, s.framed_ip),
    framed_ipv6_prefix = coalesce(nullif(split_part(u.ipv6, ' ', 1), ''), s.framed_ipv6_prefix),
    delegated_ipv6_prefix = coalesce(nullif(split_part(u.ipv6, ' ', 2), ''), s.delegated_ipv6_prefix)
  from u where s.id = u.id and s.version = u.version
  returning 1
), opened as (
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
  returning 1
), used as (
  select service_id, event_at, usage_date, usage_hour, upload_delta, download_delta, peak_bps from u
    where usage_date is not null
  union all
  select service_id, event_at, usage_date, usage_hour, upload_delta, download_delta, peak_bps from i
    where usage_date is not null
), known_days as (
  update isp_usage_logs l set upload = l.upload + a.upload_delta, download = l.download + a.download_delta,
    peak_bps = greatest(l.peak_bps, a.peak_bps),
    hours[a.usage_hour + 1] = l.hours[a.usage_hour + 1] + a.upload_delta + a.download_delta
  from used a where l.service_id = a.service_id and l.usage_date = a.usage_date
), new_days as (
  insert into isp_usage_logs (service_id, usage_date, upload, download, peak_bps, hours)
  select a.service_id, a.usage_date, a.upload_delta, a.download_delta, a.peak_bps,
    array_fill(0::bigint, array[a.usage_hour]) || (a.upload_delta + a.download_delta)
      || array_fill(0::bigint, array[23 - a.usage_hour])
  from used a left join isp_usage_logs l on l.service_id = a.service_id and l.usage_date = a.usage_date
  where l.service_id is null
), segments as (
  update isp_service_segments g set upload_octets = g.upload_octets + a.upload_delta,
    download_octets = g.download_octets + a.download_delta
  from used a where g.service_id = a.service_id and g.from_at <= to_timestamp(a.event_at)
    and (g.to_at is null or to_timestamp(a.event_at) < g.to_at)
), raw as (
  insert into accounting (received_at, event_at, session_id, service_id, nas_id, status, session_time_s,
    upload_octets, download_octets, upload_delta, download_delta, anomalies, terminate_cause)
  select to_timestamp(received_at), to_timestamp(event_at), session_id, service_id, nas_id, status, session_time_s,
    upload, download, upload_delta, download_delta, anomalies, terminate_cause
  from unnest($52::float8[], $53::float8[], $54::bigint[], $55::bigint[], $56::bigint[], $57::smallint[],
    $58::bigint[], $59::bigint[], $60::bigint[], $61::bigint[], $62::bigint[], $63::smallint[], $64::smallint[])
  as t(received_at, event_at, session_id, service_id, nas_id, status, session_time_s, upload, download,
    upload_delta, download_delta, anomalies, terminate_cause)
)
select require_rows((select count(*) from changed), $65::bigint), require_rows((select count(*) from opened), $66::bigint)`;
