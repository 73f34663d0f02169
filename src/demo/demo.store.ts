import { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../db/database.ts';
import type { CustomerId, InvoiceId, ServiceId } from '../kernel/ids.ts';
import type { PastDay, PastSession } from './traffic.ts';

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

/**
 * Writes the usage of a local day and books it to the segments in force at an instant that have an allowance; what
 * the others used is booked at the end (`bookUnlimited`).
 */
export async function insertPastDays(
  tx: Transaction,
  day: {
    readonly date: string;
    readonly atMs: number;
    readonly rows: readonly (PastDay & { readonly serviceId: string })[];
  },
): Promise<void> {
  await tx.query(
    `with days as (
       select * from jsonb_to_recordset($1::jsonb) as d ("serviceId" bigint, "uploadOctets" bigint,
         "downloadOctets" bigint, "peakBps" bigint, hours bigint[])),
     logged as (
       insert into isp_usage_logs (service_id, usage_date, upload, download, peak_bps, hours)
       select "serviceId", $2::date, "uploadOctets", "downloadOctets", "peakBps", hours from days)
     update isp_service_segments s set upload_octets = s.upload_octets + d."uploadOctets",
       download_octets = s.download_octets + d."downloadOctets"
     from days d where s.service_id = d."serviceId" and s.allowance_octets is not null and s.from_at <= to_timestamp($3::bigint / 1000.0)
       and (s.to_at is null or s.to_at > to_timestamp($3::bigint / 1000.0))`,
    [JSON.stringify(day.rows), day.date, day.atMs],
  );
}

/** Books the days of a year to the segments without an allowance, by their local dates. */
export async function bookUnlimited(tx: Transaction, timeZone: string): Promise<void> {
  await tx.query(
    `update isp_service_segments g set upload_octets = d.upload, download_octets = d.download
     from (select s.id, sum(l.upload) as upload, sum(l.download) as download
           from isp_service_segments s join isp_usage_logs l on l.service_id = s.service_id
             and l.usage_date >= (s.from_at at time zone $1::text)::date
             and (s.to_at is null or l.usage_date < (s.to_at at time zone $1::text)::date)
           where s.allowance_octets is null group by s.id) d
     where g.id = d.id`,
    [timeZone],
  );
}

/** An invoice with a balance. */
export interface OpenBill {
  readonly id: InvoiceId;
  readonly customerId: CustomerId;
  readonly issuedOn: Temporal.PlainDate;
  readonly balanceMinor: bigint;
}

/** Every invoice that is owed, in the order of their issue. */
export async function openBills(q: Queryable): Promise<OpenBill[]> {
  const rows = await q.query<{ id: InvoiceId; customer_id: CustomerId; issue_date: string; balance: string }>(
    'select id, customer_id, issue_date, balance from invoices where balance > 0 order by id',
  );
  return rows.map((row) => ({
    id: row.id,
    customerId: row.customer_id,
    issuedOn: Temporal.PlainDate.from(row.issue_date),
    balanceMinor: BigInt(row.balance),
  }));
}

/** Prepaid services whose validity ends on a local date. */
export async function expiringPrepaid(
  q: Queryable,
  on: { readonly fromAt: string; readonly toAt: string },
): Promise<{ readonly serviceId: ServiceId; readonly customerId: CustomerId }[]> {
  const rows = await q.query<{ id: ServiceId; customer_id: CustomerId }>(
    `select id, customer_id from isp_services
     where status = 'active' and expires_at >= $1::timestamptz and expires_at < $2::timestamptz order by id`,
    [on.fromAt, on.toAt],
  );
  return rows.map((row) => ({ serviceId: row.id, customerId: row.customer_id }));
}

/** Services somebody can use. */
export async function servicesInUse(q: Queryable): Promise<ServiceId[]> {
  const rows = await q.query<{ id: ServiceId }>(
    `select id from isp_services where status in ('active', 'throttled')`,
  );
  return rows.map(({ id }) => id);
}

/** Services that have reached a mark of their allowance nobody has been told of, at an instant. */
export async function servicesNearLimit(q: Queryable, atMs: number): Promise<ServiceId[]> {
  const rows = await q.query<{ id: ServiceId }>(
    `select s.id from isp_service_segments g join isp_services s on s.id = g.service_id
     where g.allowance_octets > 0 and g.from_at <= to_timestamp($1::bigint / 1000.0)
       and (g.to_at is null or g.to_at > to_timestamp($1::bigint / 1000.0)) and s.status in ('active', 'throttled')
       and (g.upload_octets + g.download_octets) * 100 >= g.allowance_octets * 80
       and (select count(*) from isp_usage_alerts a where a.service_id = s.id and a.period_start = s.period_start)
         < case when g.upload_octets + g.download_octets >= g.allowance_octets then 2 else 1 end
     order by s.id`,
    [atMs],
  );
  return rows.map(({ id }) => id);
}

/** Lets the database plan by what there is now: in an open transaction nobody else can see how much that is. */
export async function refreshStatistics(tx: Transaction): Promise<void> {
  await tx.query(`analyze customers, isp_services, isp_service_segments, isp_billing_cycles, invoices, invoice_lines,
    payments, wallet_credits, allocations, ledger_entries, ledger_lines, service_holds, isp_dunning_logs, isp_usage_alerts`);
}

/** Forgets what was kept of an empty installation: the year keeps its own. */
export async function clearMetrics(tx: Transaction): Promise<void> {
  await tx.query('delete from isp_performance_metrics');
}

/**
 * Makes the past look like one: customers and services were written down when they joined, and what happened then is
 * no news to anybody.
 */
export async function settlePast(tx: Transaction): Promise<void> {
  await tx.query(
    `with joined as (
       update isp_services set created_at = activated_at where activated_at is not null
       returning customer_id, activated_at)
     update customers c set created_at = j.at
     from (select customer_id, min(activated_at) as at from joined group by 1) j where c.id = j.customer_id`,
  );
  await tx.query('update outbox set done_at = now() where done_at is null');
}

/** Makes every RADIUS role read all services again: their allowances were used up behind its back. */
export async function touchServices(tx: Transaction): Promise<void> {
  await tx.query('update isp_services set state_version = state_version');
}
