import type { Database } from '../../db/database.ts';
import { ledgerEntries } from '../load/session-book.ts';
import { compareLedger, isClean, type LedgerVerdict, type StoredSession } from '../measure/ledger.ts';

/** Upload and download octets as decimal text, of each place that counts them. */
export interface CountedOctets {
  readonly place: string;
  readonly uploadOctets: string;
  readonly downloadOctets: string;
}

/** The ledger compared, and the four places that count octets, which must agree. */
export interface LedgerCheck extends LedgerVerdict {
  readonly octets: readonly CountedOctets[];
  readonly areOctetsEqual: boolean;
  readonly isClean: boolean;
}

interface SessionRow {
  readonly acct_session_id: string;
  readonly username: string;
  readonly upload: string;
  readonly download: string;
  readonly is_closed: boolean;
}

const ROWS_PER_QUERY = 20_000;

/** Compares what was acknowledged to the generator with what the database holds. */
export async function checkLedger(db: Database, rows: Float64Array): Promise<LedgerCheck> {
  const entries = [...ledgerEntries(rows)];
  const ids = entries.map(({ acctSessionId }) => acctSessionId).toSorted();
  const stored = await storedSessions(db, ids[0] ?? '', ids.at(-1) ?? '');
  const verdict = compareLedger(entries, stored);
  const octets = await countedOctets(db);
  const areOctetsEqual = octets.every(
    (one) => one.uploadOctets === octets[0]?.uploadOctets && one.downloadOctets === octets[0]?.downloadOctets,
  );
  return { ...verdict, octets, areOctetsEqual, isClean: isClean(verdict) && areOctetsEqual };
}

async function storedSessions(
  db: Database,
  first: string,
  last: string,
): Promise<Map<string, StoredSession>> {
  const found = new Map<string, StoredSession>();
  for (let after = ''; ; ) {
    const page = await db.query<SessionRow>(
      `select acct_session_id, username, upload_octets::text as upload, download_octets::text as download,
         closed_at is not null as is_closed
       from sessions
       where acct_session_id collate "C" > $1::text and acct_session_id collate "C" between $2::text and $3::text
       order by acct_session_id collate "C" limit $4::int`,
      [after, first, last, ROWS_PER_QUERY],
    );
    for (const row of page) {
      found.set(row.acct_session_id, {
        acctSessionId: row.acct_session_id,
        username: row.username,
        uploadOctets: Number(row.upload),
        downloadOctets: Number(row.download),
        isClosed: row.is_closed,
      });
    }
    if (page.length < ROWS_PER_QUERY) return found;
    after = page.at(-1)?.acct_session_id ?? '';
  }
}

/** In one statement, which sees one state of the database. */
async function countedOctets(db: Database): Promise<CountedOctets[]> {
  const rows = await db.query<{ place: string; upload: string; download: string }>(
    `select 'accounting' as place, coalesce(sum(upload_delta), 0)::text as upload,
       coalesce(sum(download_delta), 0)::text as download from accounting
     union all select 'sessions', coalesce(sum(upload_octets), 0)::text, coalesce(sum(download_octets), 0)::text
       from sessions
     union all select 'isp_usage_logs', coalesce(sum(upload), 0)::text, coalesce(sum(download), 0)::text
       from isp_usage_logs
     union all select 'isp_service_segments', coalesce(sum(upload_octets), 0)::text,
       coalesce(sum(download_octets), 0)::text from isp_service_segments`,
  );
  return rows.map(({ place, upload, download }) => ({
    place,
    uploadOctets: upload,
    downloadOctets: download,
  }));
}
