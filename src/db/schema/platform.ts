import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { amount, bytea, createdAt, id, instant, xid8 } from '../columns.ts';

/** Settings an operator changes while the product runs; an absent key has its default (platform/settings). */
export const settings = pgTable('isp_configurations', {
  key: text('key').primaryKey(),
  value: jsonb('value').notNull(),
  changedBy: text('changed_by').notNull(),
  changedAt: instant('changed_at').notNull().default(sql`now()`),
});

/** The picture at the head of documents: one row or none. */
export const companyLogo = pgTable(
  'company_logo',
  {
    isOnly: boolean('is_only').primaryKey().default(true),
    mediaType: text('media_type').notNull(),
    image: bytea('image').notNull(),
    changedBy: text('changed_by').notNull(),
    changedAt: instant('changed_at').notNull().default(sql`now()`),
  },
  (t) => [check('company_logo_only_one', sql`${t.isOnly}`)],
);

/** Domain events, written in the transaction of the change they tell of, delivered at least once after it. */
export const outbox = pgTable(
  'outbox',
  {
    id: id(),
    topic: text('topic').notNull(),
    payload: jsonb('payload').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAt: instant('next_at').notNull().default(sql`now()`),
    doneAt: instant('done_at'),
    lastError: text('last_error'),
    createdAt: createdAt(),
  },
  (t) => [index('outbox_waiting_idx').on(t.nextAt).where(sql`${t.doneAt} is null`)],
);

/** What changed in the data the RADIUS roles hold in memory; written by triggers, read by every role. */
export const changeLog = pgTable('change_log', {
  seq: amount('seq').primaryKey().generatedAlwaysAsIdentity(),
  xid: xid8('xid').notNull().default(sql`pg_current_xact_id()`),
  kind: text('kind').notNull(),
  ids: amount('ids').array().notNull(),
  origin: text('origin'),
  createdAt: createdAt(),
});

/** One run of a scheduled job; the expiring lease makes one runner among many hosts. */
export const jobRuns = pgTable(
  'job_runs',
  {
    id: id(),
    job: text('job').notNull(),
    scheduledFor: instant('scheduled_for').notNull(),
    state: text('state').notNull(),
    runner: text('runner').notNull(),
    leaseUntil: instant('lease_until').notNull(),
    counts: jsonb('counts').notNull().default({}),
    error: text('error'),
    startedAt: instant('started_at').notNull().default(sql`now()`),
    finishedAt: instant('finished_at'),
  },
  (t) => [unique('job_runs_key').on(t.job, t.scheduledFor)],
);

/** A snapshot of each running role's counters, refreshed every two seconds. */
export const roleHealth = pgTable('role_health', {
  instance: text('instance').primaryKey(),
  role: text('role').notNull(),
  host: text('host').notNull(),
  pid: integer('pid').notNull(),
  startedAt: instant('started_at').notNull(),
  seenAt: instant('seen_at').notNull().default(sql`now()`),
  counters: jsonb('counters').notNull().default({}),
});

/** Facts of this installation, such as the fingerprint of APP_KEY. */
export const installation = pgTable('installation', {
  name: text('name').primaryKey(),
  value: bytea('value').notNull(),
  createdAt: createdAt(),
});
