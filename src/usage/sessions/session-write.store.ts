import type { Queryable } from '../../db/database.ts';
import { Column } from './array-literal.ts';
import type { SessionBatch, SessionWrite } from './batch.ts';
import { CHANGED_COLUMNS, commitStatement, OPENED_COLUMNS, RAW_COLUMNS } from './commit-statement.ts';

/**
 * Writes a batch in one statement, which is one transaction. Rejects with SQLSTATE 22012 when a session row was
 * not at the version the batch was computed from (or 23505 when a day was opened elsewhere): read again, judge again.
 */
export async function commitBatch(db: Queryable, batch: SessionBatch): Promise<void> {
  const changed = columns(CHANGED_COLUMNS.length);
  const opened = columns(OPENED_COLUMNS.length);
  const raw = columns(RAW_COLUMNS.length);
  let changedCount = 0;
  let usageCount = 0;
  let hasNewDays = false;
  for (const write of batch.writes) {
    if (write.usage !== undefined && write.after.serviceId !== 0) {
      usageCount += 1;
      hasNewDays ||= mayBeFirst(write);
    }
    if (write.before === undefined) {
      putOpened(opened, write);
    } else {
      putChanged(changed, write, write.before.version);
      changedCount += 1;
    }
  }
  for (const row of batch.rows) putRaw(raw, row);
  const openedCount = batch.writes.length - changedCount;
  const shape = {
    hasChanged: changedCount > 0,
    hasOpened: openedCount > 0,
    hasUsage: usageCount > 0,
    hasNewDays,
  };
  const params: (string | number)[] = [];
  if (shape.hasChanged) for (const column of changed) params.push(column.toString());
  if (shape.hasOpened) for (const column of opened) params.push(column.toString());
  for (const column of raw) params.push(column.toString());
  if (shape.hasChanged) params.push(changedCount);
  if (shape.hasOpened) params.push(openedCount);
  if (shape.hasUsage && !hasNewDays) params.push(usageCount);
  await db.query(commitStatement(shape), params);
}

function columns(count: number): Column[] {
  return Array.from({ length: count }, () => new Column());
}

function putChanged(c: Column[], write: SessionWrite, version: number): void {
  const { after, detailsOf } = write;
  const details = detailsOf?.details();
  c[0].number(after.id);
  c[1].number(version);
  c[2].number(after.lastReportAtS);
  c[3].number(after.lastEventAtS);
  c[4].number(after.sessionTimeS);
  c[5].number(after.uploadOctets);
  c[6].number(after.downloadOctets);
  c[7].number(after.anomalies);
  c[8].number(after.closedAtS === 0 ? null : after.closedAtS);
  c[9].text(after.closeCause);
  c[10].number(after.serviceId === 0 ? null : after.serviceId);
  putUsage(c, 11, write);
  c[18].text(details?.framedIp ?? null);
  c[19].text(
    details?.framedIpv6Prefix || details?.delegatedIpv6Prefix
      ? `${details.framedIpv6Prefix ?? ''} ${details.delegatedIpv6Prefix ?? ''}`
      : null,
  );
}

function putOpened(c: Column[], write: SessionWrite): void {
  const { after, detailsOf: report } = write;
  if (report === undefined) throw new Error('Invariant broken: a session opens by a report.');
  const details = report.details();
  c[0].number(after.id);
  c[1].number(after.nasId);
  c[2].text(report.acctSessionId);
  c[3].text(report.username);
  c[4].number(after.generation);
  c[5].number(after.serviceId === 0 ? null : after.serviceId);
  c[6].number(after.startedAtS);
  c[7].number(after.lastReportAtS);
  c[8].number(after.lastEventAtS);
  c[9].number(after.closedAtS === 0 ? null : after.closedAtS);
  c[10].text(after.closeCause);
  c[11].number(after.sessionTimeS);
  c[12].number(after.uploadOctets);
  c[13].number(after.downloadOctets);
  c[14].number(after.anomalies);
  c[15].number(report.interimIntervalS || null);
  c[16].number(report.stateVersion || null);
  c[17].text(report.grade);
  c[18].text(details.framedIp);
  c[19].text(details.framedIpv6Prefix);
  c[20].text(details.delegatedIpv6Prefix);
  c[21].text(details.callingStation);
  c[22].text(details.calledStation);
  c[23].text(details.nasPortId);
  c[24].number(details.nasPort);
  c[25].text(details.nasAddress);
  c[26].text(details.nasIpReported);
  c[27].text(details.nasIdentifier);
  putUsage(c, 28, write);
}

/**
 * Local date, hour, upload, download, peak and the instant that chooses the segment: to the millisecond, for a segment
 * may begin within a second. All NULL when the write brings no usage.
 */
function putUsage(c: Column[], at: number, write: SessionWrite): void {
  const { usage, after } = write;
  const counts = usage !== undefined && after.serviceId !== 0 ? usage : undefined;
  c[at].text(counts?.hour.date ?? null);
  c[at + 1].number(counts?.hour.hour ?? null);
  c[at + 2].number(counts?.uploadDelta ?? null);
  c[at + 3].number(counts?.downloadDelta ?? null);
  c[at + 4].number(counts?.peakBps ?? null);
  c[at + 5].number(counts === undefined ? null : counts.eventAtMs / 1000);
  c[at + 6].number(counts !== undefined && mayBeFirst(write) ? 1 : 0);
}

/** A session that has brought usage on a day before has opened that day's row; it is never deleted. */
function mayBeFirst({ entry, usage }: SessionWrite): boolean {
  return entry.usageDate !== usage?.hour.date;
}

function putRaw(c: Column[], row: SessionBatch['rows'][number]): void {
  const { report } = row;
  c[0].number(report.receivedAtMs / 1000);
  c[1].number(report.eventAtMs / 1000);
  c[2].number(row.sessionId);
  c[3].number(row.serviceId === 0 ? null : row.serviceId);
  c[4].number(report.nasId);
  c[5].number(report.status);
  c[6].number(report.sessionTimeS);
  c[7].number(report.uploadOctets ?? 0);
  c[8].number(report.downloadOctets ?? 0);
  c[9].number(row.uploadDelta);
  c[10].number(row.downloadDelta);
  c[11].number(row.anomalies);
  c[12].number(report.terminateCause || null);
}
