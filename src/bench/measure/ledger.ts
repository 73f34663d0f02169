/** What the generator knows of one session: what was acknowledged to it, and the most it has ever sent. */
export interface LedgerEntry {
  readonly acctSessionId: string;
  readonly username: string;
  readonly isStartAcknowledged: boolean;
  readonly isStopAcknowledged: boolean;
  readonly acknowledgedUploadOctets: number;
  readonly acknowledgedDownloadOctets: number;
  readonly sentUploadOctets: number;
  readonly sentDownloadOctets: number;
}

/** The same session as the database has it. */
export interface StoredSession {
  readonly acctSessionId: string;
  readonly username: string;
  readonly uploadOctets: number;
  readonly downloadOctets: number;
  readonly isClosed: boolean;
}

/** The comparison of both; everything but `sessions` must be 0. */
export interface LedgerVerdict {
  /** Sessions compared: those of which anything was acknowledged. */
  sessions: number;
  /** Acknowledged, but not stored. */
  missing: number;
  /** Stored with lower counters than were acknowledged. */
  behind: number;
  /** Stored with higher counters than were ever sent. */
  ahead: number;
  /** Stop acknowledged, but stored as open. */
  notClosed: number;
  /** Sentences about the first few. */
  readonly examples: string[];
}

const EXAMPLES_MAX = 5;

/** Compares what was acknowledged with what is stored. An answer that got lost may leave more stored than acknowledged. */
export function compareLedger(
  entries: Iterable<LedgerEntry>,
  stored: ReadonlyMap<string, StoredSession>,
): LedgerVerdict {
  const verdict: LedgerVerdict = {
    sessions: 0,
    missing: 0,
    behind: 0,
    ahead: 0,
    notClosed: 0,
    examples: [],
  };
  for (const entry of entries) {
    if (!isAcknowledged(entry)) continue;
    verdict.sessions += 1;
    const fault = faultOf(entry, stored.get(entry.acctSessionId));
    if (fault === undefined) continue;
    verdict[fault] += 1;
    if (verdict.examples.length < EXAMPLES_MAX) verdict.examples.push(sentence(entry, stored, fault));
  }
  return verdict;
}

/** Whether nothing that was acknowledged is missing, behind, ahead or open. */
export function isClean(verdict: LedgerVerdict): boolean {
  return verdict.missing + verdict.behind + verdict.ahead + verdict.notClosed === 0;
}

type Fault = 'missing' | 'behind' | 'ahead' | 'notClosed';

function isAcknowledged(entry: LedgerEntry): boolean {
  return (
    entry.isStartAcknowledged ||
    entry.isStopAcknowledged ||
    entry.acknowledgedUploadOctets > 0 ||
    entry.acknowledgedDownloadOctets > 0
  );
}

function faultOf(entry: LedgerEntry, row: StoredSession | undefined): Fault | undefined {
  if (row === undefined || row.username !== entry.username) return 'missing';
  const isBehind =
    row.uploadOctets < entry.acknowledgedUploadOctets ||
    row.downloadOctets < entry.acknowledgedDownloadOctets;
  if (isBehind) return 'behind';
  const isAhead = row.uploadOctets > entry.sentUploadOctets || row.downloadOctets > entry.sentDownloadOctets;
  if (isAhead) return 'ahead';
  return entry.isStopAcknowledged && !row.isClosed ? 'notClosed' : undefined;
}

function sentence(entry: LedgerEntry, stored: ReadonlyMap<string, StoredSession>, fault: Fault): string {
  const row = stored.get(entry.acctSessionId);
  const acknowledged = `${entry.acknowledgedUploadOctets}/${entry.acknowledgedDownloadOctets}`;
  const found = row === undefined ? 'no row' : `${row.uploadOctets}/${row.downloadOctets}`;
  return `${fault}: session ${entry.acctSessionId} of ${entry.username}: acknowledged ${acknowledged}, stored ${found}`;
}
