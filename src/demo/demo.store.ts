import type { Queryable, Transaction } from '../db/database.ts';
import type { PastDay, PastSession } from './history.ts';

const MARKER = 'demo_seeded';

/** Whether the demo ISP stands in this database, complete. */
export async function isSeeded(q: Queryable): Promise<boolean> {
  const rows = await q.query('select 1 from installation where name = $1', [MARKER]);
  return rows.length > 0;
}

/** Says that the demo ISP is complete. */
export async function markSeeded(tx: Transaction): Promise<void> {
  await tx.query(`insert into installation (name, value) values ($1, ''::bytea)`, [MARKER]);
}

/** Services of packages that are not of the demo ISP. */
export async function countForeignServices(q: Queryable, demoCodes: readonly string[]): Promise<number> {
  const [row] = await q.query<{ count: string }>(
    `select count(*) from isp_services s join isp_packages p on p.id = s.package_id where p.code <> all($1::text[])`,
    [demoCodes],
  );
  return Number(row?.count ?? 0);
}

/** A past session with where it was. */
export interface PastSessionRow extends PastSession {
  readonly id: number;
  readonly nasId: string;
  readonly nasAddress: string;
  readonly serviceId: string;
  readonly username: string;
  readonly acctSessionId: string;
  readonly mac: string;
  readonly framedIp: string;
}

/** Writes sessions that are over. */
export async function insertPastSessions(tx: Transaction, rows: readonly PastSessionRow[]): Promise<void> {
  await tx.query(
    `insert into sessions (id, nas_id, acct_session_id, username, service_id, started_at, last_report_at, last_event_at,
       closed_at, close_cause, session_time_s, upload_octets, download_octets, framed_ip, calling_station, nas_address)
     select id, "nasId", "acctSessionId", username, "serviceId", to_timestamp("startedAtMs" / 1000.0), ended.at, ended.at,
       ended.at, "closeCause", ("endedAtMs" - "startedAtMs") / 1000, "uploadOctets", "downloadOctets", "framedIp", mac,
       "nasAddress"
     from jsonb_to_recordset($1::jsonb) as s (id bigint, "nasId" bigint, "acctSessionId" text, username text,
       "serviceId" bigint, "startedAtMs" bigint, "endedAtMs" bigint, "closeCause" text, "uploadOctets" bigint,
       "downloadOctets" bigint, "framedIp" inet, mac text, "nasAddress" inet)
     cross join lateral (select to_timestamp("endedAtMs" / 1000.0) as at) ended`,
    [JSON.stringify(rows)],
  );
}

/** Writes days of usage and books them to the open segment of their service. */
export async function insertPastDays(
  tx: Transaction,
  rows: readonly (PastDay & { readonly serviceId: string })[],
): Promise<void> {
  const days = JSON.stringify(rows);
  await tx.query(
    `insert into isp_usage_logs (service_id, usage_date, upload, download, peak_bps, hours)
     select "serviceId", date, "uploadOctets", "downloadOctets", "peakBps", hours
     from jsonb_to_recordset($1::jsonb) as d ("serviceId" bigint, date date, "uploadOctets" bigint,
       "downloadOctets" bigint, "peakBps" bigint, hours bigint[])`,
    [days],
  );
  await tx.query(
    `update isp_service_segments s set upload_octets = s.upload_octets + d.upload,
       download_octets = s.download_octets + d.download
     from (select "serviceId" as id, sum("uploadOctets") as upload, sum("downloadOctets") as download
           from jsonb_to_recordset($1::jsonb) as u ("serviceId" bigint, "uploadOctets" bigint, "downloadOctets" bigint)
           group by 1) d
     where s.service_id = d.id and s.from_at <= now() and (s.to_at is null or s.to_at > now())`,
    [days],
  );
}

/** Gives prepaid services the end of their validity; those in the past have expired. */
export async function setValidity(
  tx: Transaction,
  rows: readonly { readonly serviceId: string; readonly expiresAtMs: number }[],
): Promise<void> {
  await tx.query(
    `update isp_services s set expires_at = to_timestamp(v."expiresAtMs" / 1000.0),
       status = case when to_timestamp(v."expiresAtMs" / 1000.0) <= now() then 'expired' else s.status end
     from jsonb_to_recordset($1::jsonb) as v ("serviceId" bigint, "expiresAtMs" bigint) where s.id = v."serviceId"`,
    [JSON.stringify(rows)],
  );
}

/** Makes every RADIUS role read all services again: their allowances were used up behind its back. */
export async function touchServices(tx: Transaction): Promise<void> {
  await tx.query('update isp_services set state_version = state_version');
}
