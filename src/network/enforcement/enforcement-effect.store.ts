import type { Queryable } from '../../db/database.ts';

/** A NAS says it has no such session: the session is in doubt, and only accounting or its absence may close it. */
export async function markSessionUncertain(db: Queryable, sessionId: string): Promise<void> {
  await db.query(
    `update sessions set uncertain_at = now(), version = version + 1
     where id = $1::bigint and closed_at is null and uncertain_at is null`,
    [sessionId],
  );
}

/** A CoA brought the session up to date with its service. */
export async function markSessionCurrent(
  db: Queryable,
  { sessionId, grade, stateVersion }: { sessionId: string; grade: string; stateVersion: number },
): Promise<void> {
  await db.query(
    `update sessions set grade = $2::text, state_version = $3::int, version = version + 1
     where id = $1::bigint and closed_at is null
       and (grade is distinct from $2::text or state_version is distinct from $3::int)`,
    [sessionId, grade, stateVersion],
  );
}

/** A session that goes on reporting although its router acknowledged a Disconnect. */
export interface UndeadSession {
  readonly serviceId: string;
  readonly sessionId: string;
  readonly nasId: string;
  readonly cause: string;
}

/**
 * Sessions that reported later than one interim interval after the acknowledged Disconnect, and have no newer
 * order. Looks back over the newest `lookBack` orders only, so that the cost does not grow with the table.
 */
export async function undeadSessions(
  db: Queryable,
  { lookBack, interimDefaultS, limit }: { lookBack: number; interimDefaultS: number; limit: number },
): Promise<UndeadSession[]> {
  const rows = await db.query<UndeadRow>(
    `select e.service_id, e.session_id, e.nas_id, e.cause
     from enforcements e
     join sessions s on s.id = e.session_id and s.closed_at is null
     left join nas n on n.id = e.nas_id
     where e.id > (select coalesce(max(id), 0) - $1::bigint from enforcements)
       and e.kind = 'disconnect' and e.state = 'acknowledged'
       and s.last_report_at > e.done_at
         + make_interval(secs => coalesce(s.interim_interval_s, n.interim_interval_s, $2::int))
       and not exists (select 1 from enforcements later where later.service_id = e.service_id
         and later.session_id = e.session_id and later.id > e.id)
     order by e.id limit $3::int`,
    [lookBack, interimDefaultS, limit],
  );
  return rows.map((row) => ({
    serviceId: String(row.service_id),
    sessionId: String(row.session_id),
    nasId: String(row.nas_id),
    cause: row.cause,
  }));
}

interface UndeadRow {
  readonly service_id: string;
  readonly session_id: string;
  readonly nas_id: string;
  readonly cause: string;
}
