import type { Queryable, Transaction } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import type { AlertThreshold } from './quota.ts';

/** That a service reached a threshold of a period's allowance. */
export interface UsageAlert {
  readonly id: string;
  readonly serviceId: ServiceId;
  readonly periodStartAt: Date;
  readonly threshold: AlertThreshold;
  /** As they were when it was raised. */
  readonly usedOctets: bigint;
  readonly allowanceOctets: bigint;
  readonly acknowledged: boolean;
  readonly raisedAt: Date;
  /** Periods of prepaid services begin at instants, others with a local date. */
  readonly isPrepaid: boolean;
}

/** Keeps alerts; answers those that are new: one per service, period and threshold for ever (F1). */
export async function insertAlerts(
  tx: Transaction,
  alerts: Pick<UsageAlert, 'serviceId' | 'periodStartAt' | 'usedOctets' | 'allowanceOctets' | 'raisedAt'> & {
    readonly thresholds: readonly AlertThreshold[];
  },
): Promise<{ readonly id: string; readonly threshold: AlertThreshold }[]> {
  const { serviceId, periodStartAt, usedOctets, allowanceOctets, raisedAt, thresholds } = alerts;
  return tx.query(
    `insert into isp_usage_alerts (service_id, period_start, threshold, used_octets, allowance_octets, raised_at)
     select $1::bigint, $2::timestamptz, t, $4::bigint, $5::bigint, $6::timestamptz
     from unnest($3::int[]) as t where not exists (select from isp_usage_alerts a
       where a.service_id = $1::bigint and a.period_start = $2::timestamptz and a.threshold = t)
     order by t
     on conflict on constraint isp_usage_alerts_once do nothing returning id, threshold`,
    [serviceId, periodStartAt, thresholds, usedOctets, allowanceOctets, raisedAt],
  );
}

interface AlertRow {
  readonly id: string;
  readonly service_id: ServiceId;
  readonly period_start: Date;
  readonly threshold: AlertThreshold;
  readonly used_octets: string;
  readonly allowance_octets: string;
  readonly acknowledged: boolean;
  readonly raised_at: Date;
  readonly is_prepaid: boolean;
}

const COLUMNS = `a.id, a.service_id, a.period_start, a.threshold, a.used_octets, a.allowance_octets, a.acknowledged,
  a.raised_at, (select p.model = 'prepaid' from isp_services s join isp_packages p on p.id = s.package_id
    where s.id = a.service_id) as is_prepaid`;

/** The alerts of a service, newest first; `beforeId` goes on below one. */
export async function listAlerts(
  q: Queryable,
  filter: {
    readonly serviceId: ServiceId;
    readonly beforeId?: string | undefined;
    readonly limit: number;
  },
): Promise<UsageAlert[]> {
  const rows = await q.query<AlertRow>(
    `select ${COLUMNS} from isp_usage_alerts a
     where a.service_id = $1::bigint and ($2::bigint is null or a.id < $2::bigint) order by a.id desc limit $3::int`,
    [filter.serviceId, filter.beforeId ?? null, filter.limit],
  );
  return rows.map(toAlert);
}

/** Marks an alert as seen; undefined when there is none. */
export async function acknowledge(tx: Transaction, id: string): Promise<UsageAlert | undefined> {
  const [row] = await tx.query<AlertRow>(
    `update isp_usage_alerts a set acknowledged = true where a.id = $1::bigint returning ${COLUMNS}`,
    [id],
  );
  return row && toAlert(row);
}

function toAlert(row: AlertRow): UsageAlert {
  return {
    id: row.id,
    serviceId: row.service_id,
    periodStartAt: row.period_start,
    threshold: row.threshold,
    usedOctets: BigInt(row.used_octets),
    allowanceOctets: BigInt(row.allowance_octets),
    acknowledged: row.acknowledged,
    raisedAt: row.raised_at,
    isPrepaid: row.is_prepaid,
  };
}
