import type { Queryable } from '../../db/database.ts';
import { Column } from './array-literal.ts';
import type { RawRow, SessionBatch, SessionWrite, UsageShare } from './batch.ts';
import {
  CHANGED_COLUMNS,
  DETAILS_COLUMNS,
  FOLDED_COLUMNS,
  OPENED_COLUMNS,
  USAGE_COLUMNS,
} from './commit-parts.ts';
import { commitStatement } from './commit-statement.ts';
import type { Session } from './session.ts';

/**
 * Writes a batch in one statement, which is one transaction. Rejects with SQLSTATE 22012 when a session row was
 * not at the version the batch was computed from (or 23505 when a session or day was opened elsewhere): read again,
 * judge again.
 */
export async function commitBatch(db: Queryable, batch: SessionBatch): Promise<void> {
  const changed = new Part(CHANGED_COLUMNS.length);
  const details = new Part(DETAILS_COLUMNS.length);
  const opened = new Part(OPENED_COLUMNS.length);
  const folded = new Part(FOLDED_COLUMNS.length);
  const used = new Part(USAGE_COLUMNS.length);
  let hasDetails = false;
  let hasNewDays = false;
  for (const write of batch.writes) {
    const { usage, before, after } = write;
    if (before === undefined) {
      putOpened(opened.next(), write);
    } else {
      putChanged(changed.next(), write, before);
      hasDetails ||= write.detailsOf !== undefined;
    }
    if (usage !== undefined && after.serviceId !== 0) {
      const isFirst = mayBeFirst(write.entry.usageDate, usage);
      putUsage(used.next(), after.serviceId, usage, isFirst);
      hasNewDays ||= isFirst;
    }
  }
  if (hasDetails)
    for (const write of batch.writes) if (write.before !== undefined) putDetails(details.next(), write);
  for (const row of batch.foldedRows) putRaw(folded.next(), row);
  const text = commitStatement({
    hasChanged: changed.count > 0,
    hasDetails,
    hasOpened: opened.count > 0,
    hasFolded: folded.count > 0,
    hasUsage: used.count > 0,
    hasNewDays,
  });
  const params: (string | number)[] = [];
  for (const part of [changed, details, opened, folded, used]) part.bind(params);
  if (changed.count > 0) params.push(changed.count);
  if (used.count > 0 && !hasNewDays) params.push(used.count);
  await db.query(text, params);
}

/** The columns of one part of the statement, made when its first row comes. */
class Part {
  count = 0;
  readonly #width: number;
  #columns: Column[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  /** The columns, for one row more. */
  next(): Column[] {
    if (this.count === 0) this.#columns = Array.from({ length: this.#width }, () => new Column());
    this.count += 1;
    return this.#columns;
  }

  /** Appends one array literal per column; nothing when there is no row. */
  bind(params: (string | number)[]): void {
    for (const column of this.#columns) params.push(column.toString());
  }
}

function putChanged(c: Column[], { after, row }: SessionWrite, before: Session): void {
  c[0].number(after.id);
  c[1].number(before.version);
  c[2].number(row === undefined ? after.lastReportAtS : row.report.receivedAtMs / 1000);
  c[3].number(row === undefined ? after.lastEventAtS : row.report.eventAtMs / 1000);
  c[4].number(row === undefined ? after.sessionTimeS : (row.report.sessionTimeS ?? 0));
  c[5].number(row?.report.uploadOctets ?? 0);
  c[6].number(row?.report.downloadOctets ?? 0);
  c[7].number(after.uploadOctets - before.uploadOctets);
  c[8].number(after.downloadOctets - before.downloadOctets);
  c[9].number(row?.anomalies ?? after.anomalies);
  c[10].number(after.closedAtS === 0 ? null : after.closedAtS);
  c[11].text(after.closeCause);
  c[12].number(after.serviceId === 0 ? null : after.serviceId);
  c[13].number(after.nasId);
  c[14].number(row?.report.status ?? 0);
  c[15].number(row?.report.terminateCause || null);
}

function putDetails(c: Column[], { detailsOf }: SessionWrite): void {
  const details = detailsOf?.details();
  c[0].text(details?.framedIp ?? null);
  c[1].text(details?.framedIpv6Prefix ?? null);
  c[2].text(details?.delegatedIpv6Prefix ?? null);
  c[3].text(details?.nasAddress ?? null);
}

function putOpened(c: Column[], { after, detailsOf: report, row }: SessionWrite): void {
  if (report === undefined) throw new Error('Invariant broken: a session opens by a report.');
  const details = report.details();
  c[0].number(after.id);
  c[1].number(after.nasId);
  c[2].text(report.acctSessionId);
  c[3].text(report.username);
  c[4].number(after.generation);
  c[5].number(after.serviceId === 0 ? null : after.serviceId);
  c[6].number(row === undefined ? after.lastReportAtS : report.receivedAtMs / 1000);
  c[7].number(row === undefined ? after.lastEventAtS : report.eventAtMs / 1000);
  c[8].number(after.startedAtS);
  c[9].number(after.closedAtS === 0 ? null : after.closedAtS);
  c[10].text(after.closeCause);
  c[11].number(after.sessionTimeS);
  c[12].number(after.uploadOctets);
  c[13].number(after.downloadOctets);
  c[14].number(after.anomalies);
  c[15].number(row?.report.status ?? 0);
  c[16].number(row?.report.terminateCause || null);
  c[17].number(report.interimIntervalS || null);
  c[18].number(report.stateVersion || null);
  c[19].text(report.grade);
  c[20].text(details.framedIp);
  c[21].text(details.framedIpv6Prefix);
  c[22].text(details.delegatedIpv6Prefix);
  c[23].text(details.callingStation);
  c[24].text(details.calledStation);
  c[25].text(details.nasPortId);
  c[26].number(details.nasPort);
  c[27].text(details.nasAddress);
  c[28].text(details.nasIpReported);
  c[29].text(details.nasIdentifier);
}

/** The instant that chooses the segment is given to the millisecond, for a segment may begin within a second. */
function putUsage(c: Column[], serviceId: number, usage: UsageShare, isFirst: boolean): void {
  c[0].number(serviceId);
  c[1].text(usage.hour.date);
  c[2].number(usage.hour.hour);
  c[3].number(usage.uploadDelta);
  c[4].number(usage.downloadDelta);
  c[5].number(usage.peakBps);
  c[6].number(usage.eventAtMs / 1000);
  c[7].number(isFirst ? 1 : 0);
}

/** A session that has brought usage on a day before has opened that day's row; it is never deleted. */
function mayBeFirst(usageDate: string | undefined, usage: UsageShare): boolean {
  return usageDate !== usage.hour.date;
}

function putRaw(c: Column[], row: RawRow): void {
  const { report } = row;
  c[0].number(report.receivedAtMs / 1000);
  c[1].number(report.eventAtMs / 1000);
  c[2].number(row.sessionId);
  c[3].number(row.serviceId === 0 ? null : row.serviceId);
  c[4].number(report.nasId);
  c[5].number(report.status);
  c[6].number(report.sessionTimeS ?? 0);
  c[7].number(report.uploadOctets ?? 0);
  c[8].number(report.downloadOctets ?? 0);
  c[9].number(row.uploadDelta);
  c[10].number(row.downloadDelta);
  c[11].number(row.anomalies);
  c[12].number(report.terminateCause || null);
}
