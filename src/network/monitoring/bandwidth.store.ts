import type { Queryable } from '../../db/database.ts';
import type { ReportedCounters } from './bandwidth.ts';

/** An open session whose traffic can be measured. */
export interface MeasurableSession extends ReportedCounters {
  readonly id: string;
  readonly nasId: string;
  readonly username: string;
}

/** The open sessions of a service; undefined when there is no such service. */
export async function measurableSessions(
  q: Queryable,
  serviceId: string,
): Promise<MeasurableSession[] | undefined> {
  const rows = await q.query<Row>(
    `select v.id as service_id, s.id, s.nas_id, s.username, s.session_time_s, s.upload_octets, s.download_octets
     from isp_services v left join sessions s on s.service_id = v.id and s.closed_at is null
     where v.id = $1::bigint order by s.id`,
    [serviceId],
  );
  if (rows.length === 0) return undefined;
  return rows.flatMap((row) =>
    row.id === null
      ? []
      : [
          {
            id: String(row.id),
            nasId: String(row.nas_id),
            username: row.username ?? '',
            sessionTimeS: Number(row.session_time_s),
            uploadOctets: BigInt(row.upload_octets ?? 0),
            downloadOctets: BigInt(row.download_octets ?? 0),
          },
        ],
  );
}

/** Columns of the session are null together when none is open. */
interface Row {
  readonly id: string | null;
  readonly nas_id: string | null;
  readonly username: string | null;
  readonly session_time_s: string | null;
  readonly upload_octets: string | null;
  readonly download_octets: string | null;
}
