import type { Queryable } from '../../db/database.ts';
import type { NasId, ServiceId, SessionId } from '../../kernel/ids.ts';
import type { EnforcementReport } from './enforcement-report.ts';

interface EnforcementRow {
  id: string;
  session_id: string;
  nas_id: string;
  nas_name: string | null;
  kind: EnforcementReport['kind'];
  cause: string;
  state: EnforcementReport['state'];
  tries: number;
  last_answer: EnforcementReport['lastAnswer'] | null;
  outcome: string | null;
  round_trip_us: number | null;
  created_at: Date;
  done_at: Date | null;
}

/** The database's clock, by which `recentEnforcements` tells new from old. */
export async function databaseNow(q: Queryable): Promise<Date> {
  const [row] = await q.query<{ now: Date }>('select clock_timestamp() as now');
  if (row === undefined) throw new Error('The database did not say what time it is.');
  return row.now;
}

/** Orders of a service that were made or ended since an instant, or are still open, oldest first. */
export async function recentEnforcements(
  q: Queryable,
  filter: { serviceId: ServiceId; since: Date },
): Promise<EnforcementReport[]> {
  const rows = await q.query<EnforcementRow>(
    `select e.id, e.session_id, e.nas_id, n.name as nas_name, e.kind, e.cause, e.state, e.tries, e.last_answer, e.outcome, e.round_trip_us,
            e.created_at, e.done_at
     from enforcements e left join nas n on n.id = e.nas_id
     where e.service_id = $1::bigint
       and (e.created_at >= $2::timestamptz or e.done_at is null or e.done_at >= $2::timestamptz)
     order by e.id limit 1000`,
    [filter.serviceId, filter.since],
  );
  return rows.map((row) => ({
    id: row.id,
    sessionId: row.session_id as SessionId,
    nasId: row.nas_id as NasId,
    nasName: row.nas_name ?? undefined,
    kind: row.kind,
    cause: row.cause,
    state: row.state,
    tries: row.tries,
    lastAnswer: row.last_answer ?? undefined,
    outcome: row.outcome ?? undefined,
    roundTripUs: row.round_trip_us ?? undefined,
    createdAt: row.created_at,
    doneAt: row.done_at ?? undefined,
  }));
}

/** Whether an event of a service still waits for the worker that turns it into orders. */
export async function hasWaitingEvents(q: Queryable, serviceId: ServiceId): Promise<boolean> {
  const rows = await q.query(
    `select 1 from outbox where done_at is null and payload ->> 'service_id' = $1::text limit 1`,
    [serviceId],
  );
  return rows.length > 0;
}
