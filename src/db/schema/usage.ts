import { sql } from 'drizzle-orm';
import { bigint, check, date, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { amount, createdAt, id, inet, instant } from '../columns.ts';

/**
 * One PPP connection. Hot: no foreign keys, room on each page for HOT updates. `version` guards every write
 * (docs/decisions: optimistic session rows). Octets are the session's own counters, already the right way round.
 */
export const sessions = pgTable(
  'sessions',
  {
    id: amount('id').primaryKey(),
    nasId: amount('nas_id').notNull(),
    acctSessionId: text('acct_session_id').notNull(),
    username: text('username').notNull(),
    generation: integer('generation').notNull().default(1),
    version: integer('version').notNull().default(1),
    serviceId: amount('service_id'),
    startedAt: instant('started_at').notNull(),
    lastReportAt: instant('last_report_at').notNull(),
    lastEventAt: instant('last_event_at').notNull(),
    uncertainAt: instant('uncertain_at'),
    closedAt: instant('closed_at'),
    closeCause: text('close_cause'),
    sessionTimeS: bigint('session_time_s', { mode: 'bigint' }).notNull().default(sql`0`),
    uploadOctets: amount('upload_octets').notNull().default(sql`0`),
    downloadOctets: amount('download_octets').notNull().default(sql`0`),
    anomalies: integer('anomalies').notNull().default(0),
    grade: text('grade'),
    interimIntervalS: integer('interim_interval_s'),
    stateVersion: integer('state_version'),
    framedIp: inet('framed_ip'),
    framedIpv6Prefix: text('framed_ipv6_prefix'),
    delegatedIpv6Prefix: text('delegated_ipv6_prefix'),
    callingStation: text('calling_station'),
    calledStation: text('called_station'),
    nasPortId: text('nas_port_id'),
    nasPort: amount('nas_port'),
    nasAddress: inet('nas_address').notNull(),
    nasIpReported: inet('nas_ip_reported'),
    nasIdentifier: text('nas_identifier'),
  },
  (t) => [
    unique('sessions_key').on(t.nasId, t.acctSessionId, t.username, t.generation),
    index('sessions_service_idx').on(t.serviceId, t.startedAt),
    index('sessions_framed_ip_idx').on(t.framedIp, t.startedAt).where(sql`${t.framedIp} is not null`),
    index('sessions_framed_ipv6_prefix_idx')
      .on(t.framedIpv6Prefix)
      .where(sql`${t.framedIpv6Prefix} is not null`),
    index('sessions_delegated_ipv6_prefix_idx')
      .on(t.delegatedIpv6Prefix)
      .where(sql`${t.delegatedIpv6Prefix} is not null`),
    index('sessions_open_idx').on(t.nasId).where(sql`${t.closedAt} is null`),
  ],
);

/** Usage of a service on one local day, in octets, with its 24 wall-clock hours (both directions) and peak rate. */
export const usageLogs = pgTable(
  'isp_usage_logs',
  {
    serviceId: amount('service_id').notNull(),
    usageDate: date('usage_date').notNull(),
    upload: amount('upload').notNull().default(sql`0`),
    download: amount('download').notNull().default(sql`0`),
    peakBps: amount('peak_bps').notNull().default(sql`0`),
    hours: bigint('hours', { mode: 'bigint' }).array().notNull(),
  },
  (t) => [
    primaryKey({ name: 'isp_usage_logs_key', columns: [t.serviceId, t.usageDate] }),
    // Days are written one after another: a few pages of this index find those of a range.
    index('isp_usage_logs_date_idx').using('brin', t.usageDate),
  ],
);

/** Usage from sources other than RADIUS (billing-rules O6); `source_key` makes a repeated report harmless. */
export const usageEvents = pgTable(
  'usage_events',
  {
    id: id(),
    serviceId: amount('service_id').notNull(),
    at: instant('at').notNull(),
    download: amount('download').notNull(),
    upload: amount('upload').notNull(),
    sourceKey: text('source_key'),
    createdAt: createdAt(),
  },
  (t) => [
    index('usage_events_service_idx').on(t.serviceId, t.at),
    unique('usage_events_source_key').on(t.sourceKey),
    check('usage_events_not_negative', sql`${t.download} >= 0 and ${t.upload} >= 0`),
  ],
);

/** Where the counters of a session stand that is told by the API (billing-rules O9): the highest values seen. */
export const usageCounters = pgTable(
  'usage_counters',
  {
    serviceId: amount('service_id').notNull(),
    sessionId: text('session_id').notNull(),
    sessionTimeS: amount('session_time_s').notNull(),
    uploadOctets: amount('upload_octets').notNull(),
    downloadOctets: amount('download_octets').notNull(),
    lastAt: instant('last_at').notNull(),
    /** When it was last told, by the database's clock: it is forgotten some time after. */
    toldAt: instant('told_at').notNull().default(sql`now()`),
  },
  (t) => [primaryKey({ name: 'usage_counters_key', columns: [t.serviceId, t.sessionId] })],
);
