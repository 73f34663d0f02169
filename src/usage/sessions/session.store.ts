import type { Database, Queryable } from '../../db/database.ts';
import { type Columns, packedRows, selectionOf } from '../../db/packed-rows.ts';
import type { Session } from './session.ts';
import { sessionKey } from './session-table.ts';
import { stationHash } from './station.ts';

/** Session ids handed out at once; `session_id_blocks` counts blocks. */
export const ID_BLOCK_SIZE = 1000;

interface Row {
  id: string;
  nas_id: string;
  acct_session_id: string;
  username: string;
  generation: number;
  version: number;
  service_id: string | null;
  started_s: string;
  report_s: string;
  event_s: string;
  closed_s: string | null;
  close_cause: string | null;
  session_time_s: string;
  upload_octets: string;
  download_octets: string;
  anomalies: number;
  calling_station: string | null;
  nas_port: string | null;
}

const COLUMNS: Columns<Row> = {
  id: 'id',
  nas_id: 'nas_id',
  acct_session_id: 'acct_session_id',
  username: 'username',
  generation: 'generation',
  version: 'version',
  service_id: 'service_id',
  started_s: 'floor(extract(epoch from started_at))::bigint',
  report_s: 'floor(extract(epoch from last_report_at))::bigint',
  event_s: 'floor(extract(epoch from last_event_at))::bigint',
  closed_s: 'floor(extract(epoch from closed_at))::bigint',
  close_cause: 'close_cause',
  session_time_s: 'session_time_s',
  upload_octets: 'upload_octets',
  download_octets: 'download_octets',
  anomalies: 'anomalies',
  calling_station: 'calling_station',
  nas_port: 'nas_port',
};

const SELECTION = selectionOf(COLUMNS);

/** A session with the key it is looked up by. */
export interface KeyedSession {
  readonly key: string;
  readonly session: Session;
}

/** Every open session, in pages by id, so that a start with 100,000 of them stays flat in memory. */
export async function* openSessions(db: Database, pageSize = 10_000): AsyncIterable<KeyedSession[]> {
  let after = '0';
  for (;;) {
    const rows = await packedRows<Row>(db, {
      columns: COLUMNS,
      from: `from sessions where closed_at is null and id > $1::bigint order by id limit $2::int`,
      params: [after, pageSize],
    });
    if (rows.length > 0) yield rows.map(toKeyed);
    if (rows.length < pageSize) return;
    after = String(rows[rows.length - 1].id);
  }
}

/** The newest generation of each session key that has a row; keys as (NAS id, Acct-Session-Id, User-Name). */
export async function newestSessions(
  db: Queryable,
  keys: readonly { nasId: number; acctSessionId: string; username: string }[],
): Promise<KeyedSession[]> {
  const rows = await db.query<Row>(
    `select distinct on (s.nas_id, s.acct_session_id, s.username) ${SELECTION}
     from sessions s join unnest($1::bigint[], $2::text[], $3::text[]) as k(n, a, u)
       on s.nas_id = k.n and s.acct_session_id = k.a and s.username = k.u
     order by s.nas_id, s.acct_session_id, s.username, s.generation desc`,
    [
      keys.map((key) => key.nasId),
      keys.map((key) => clean(key.acctSessionId)),
      keys.map((key) => clean(key.username)),
    ],
  );
  return rows.map(toKeyed);
}

/** Open sessions changed by the given ids on another host. */
export async function sessionsById(db: Queryable, ids: readonly string[]): Promise<KeyedSession[]> {
  const rows = await db.query<Row>(`select ${SELECTION} from sessions where id = any($1::bigint[])`, [ids]);
  return rows.map(toKeyed);
}

/** The first id of a block of `ID_BLOCK_SIZE` that nobody else will use. */
export async function takeIdBlock(db: Queryable): Promise<number> {
  const [row] = await db.query<{ block: string }>(`select nextval('session_id_blocks') as block`);
  return Number(row.block) * ID_BLOCK_SIZE;
}

/**
 * Closes the open sessions of a router that has rebooted (Accounting-On or -Off), those that began before the event,
 * and returns their ids. A block of addresses may hold many routers: only the one that spoke is meant. Starts are
 * kept by the second: one in the second of the event came after it.
 */
export async function closeSessionsOfNas(
  db: Queryable,
  reboot: { nasId: number; nasAddress: string; atMs: number },
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `update sessions set closed_at = greatest(last_event_at, started_at), close_cause = 'nas_reboot',
       version = version + 1, uncertain_at = null
     where nas_id = $1::bigint and closed_at is null and nas_address = $2::inet
       and started_at < to_timestamp(floor($3::float8))
     returning id`,
    [reboot.nasId, reboot.nasAddress, reboot.atMs / 1000],
  );
  return rows.map((row) => row.id);
}

function toKeyed(row: Row): KeyedSession {
  const nasId = Number(row.nas_id);
  return {
    key: sessionKey(nasId, row.acct_session_id, row.username),
    session: {
      id: Number(row.id),
      nasId,
      generation: row.generation,
      version: row.version,
      serviceId: row.service_id === null ? 0 : Number(row.service_id),
      startedAtS: Number(row.started_s),
      lastReportAtS: Number(row.report_s),
      lastEventAtS: Number(row.event_s),
      sessionTimeS: Number(row.session_time_s),
      uploadOctets: Number(row.upload_octets),
      downloadOctets: Number(row.download_octets),
      anomalies: row.anomalies,
      closedAtS: row.closed_s === null ? 0 : Number(row.closed_s),
      closeCause: row.close_cause,
      detailsHash: 0,
      stationHash: stationHash(
        nasId,
        row.calling_station ?? undefined,
        row.nas_port === null ? null : Number(row.nas_port),
      ),
    },
  };
}

/** PostgreSQL text has no NUL; keys are compared in the form they are stored. */
function clean(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
