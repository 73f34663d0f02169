import type { Queryable, Transaction } from '../../db/database.ts';
import type { PastSession } from './past-session.ts';

/** Ids of services by user name. */
export async function serviceIdsOf(q: Queryable, usernames: readonly string[]): Promise<Map<string, string>> {
  const rows = await q.query<{ id: string; username: string }>(
    'select id, username from isp_services where username = any($1::text[])',
    [usernames],
  );
  return new Map(rows.map((row) => [row.username, row.id]));
}

/** Adds sessions that are over under the given ids, except those that are there; returns the ids of the new ones. */
export async function insertPastSessions(
  tx: Transaction,
  ids: readonly number[],
  sessions: readonly PastSession[],
  serviceIds: ReadonlyMap<string, string>,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `insert into sessions (id, nas_id, acct_session_id, username, service_id, started_at, last_report_at,
       last_event_at, closed_at, close_cause, session_time_s, upload_octets, download_octets, framed_ip,
       calling_station, nas_address)
     select r.id, r.nas_id, r.acct_session_id, r.username, r.service_id, r.started_at, r.stopped_at, r.stopped_at,
       r.stopped_at, r.cause, r.session_time_s, r.upload, r.download, r.framed_ip, r.calling_station, r.nas_address
     from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[],
       $7::timestamptz[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::inet[], $13::text[],
       $14::inet[]) as r (id, nas_id, acct_session_id, username, service_id, started_at, stopped_at, cause,
       session_time_s, upload, download, framed_ip, calling_station, nas_address)
     on conflict do nothing returning id`,
    [
      ids,
      sessions.map((one) => one.nasId),
      sessions.map((one) => one.acctSessionId),
      sessions.map((one) => one.username),
      sessions.map((one) => serviceIds.get(one.username) ?? null),
      sessions.map((one) => one.startedAt),
      sessions.map((one) => one.stoppedAt),
      sessions.map((one) => one.cause),
      sessions.map((one) => one.sessionTimeS),
      sessions.map((one) => one.uploadOctets),
      sessions.map((one) => one.downloadOctets),
      sessions.map((one) => one.framedIp),
      sessions.map((one) => one.callingStation),
      sessions.map((one) => one.nasAddress),
    ],
  );
  return rows.map((row) => row.id);
}
