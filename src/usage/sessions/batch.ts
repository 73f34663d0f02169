import type { LocalHour } from '../../kernel/calendar.ts';
import type { AccountingReport } from './report.ts';
import type { Session } from './session.ts';
import type { Entry } from './session-table.ts';

/** The octets that reports add to a service, booked whole to one local hour (billing-rules O6). */
export interface UsageShare {
  readonly hour: LocalHour;
  uploadDelta: number;
  downloadDelta: number;
  peakBps: number;
  readonly eventAtMs: number;
}

/** One session row to be written: the state before it, the state after it, and the usage it brings. */
export interface SessionWrite {
  readonly entry: Entry;
  /** Undefined when the session is new. */
  readonly before: Session | undefined;
  after: Session;
  /** May hold that of the service's other sessions in this batch too. */
  usage: UsageShare | undefined;
  /** The report whose details are to be written; undefined when they did not change. */
  detailsOf: AccountingReport | undefined;
  /** The one report that led to `after`; undefined when there was none, or several: they then go by themselves. */
  row: RawRow | undefined;
}

/** One raw row: the report, what it added, and the session it belongs to. */
export interface RawRow {
  readonly report: AccountingReport;
  readonly sessionId: number;
  readonly serviceId: number;
  readonly uploadDelta: number;
  readonly downloadDelta: number;
  readonly anomalies: number;
}

/** What one transaction writes: all of it or nothing. At most one write per service carries usage. */
export interface SessionBatch {
  readonly writes: readonly SessionWrite[];
  /** Every report of the batch. */
  readonly rows: readonly RawRow[];
  /** Those of sessions that several reports of the batch changed: no write names them. */
  readonly foldedRows: readonly RawRow[];
}
