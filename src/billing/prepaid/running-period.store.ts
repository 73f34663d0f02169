import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import type { PlanId, ServiceId } from '../../kernel/ids.ts';

/** The period that runs at an instant, with the package it was bought of. */
export interface RunningPeriod {
  readonly planId: PlanId;
  readonly startAt: Date;
  readonly endAt: Date;
}

/** Undefined when nothing runs then. */
export async function runningPeriod(
  q: Queryable,
  serviceId: ServiceId,
  at: Temporal.Instant,
): Promise<RunningPeriod | undefined> {
  const [row] = await q.query<RunningPeriod>(
    `select g.package_id as "planId", c.period_start as "startAt", c.period_end as "endAt"
     from isp_billing_cycles c join isp_service_segments g on g.service_id = c.service_id
     where c.service_id = $1::bigint and c.period_start <= $2::timestamptz and c.period_end > $2::timestamptz
       and g.from_at <= $2::timestamptz and (g.to_at is null or g.to_at > $2::timestamptz)`,
    [serviceId, at],
  );
  return row;
}

/** Writes the period a service is in. */
export async function setPeriod(tx: Transaction, serviceId: ServiceId, period: RunningPeriod): Promise<void> {
  await tx.query(
    'update isp_services set period_start = $2::timestamptz, period_end = $3::timestamptz where id = $1::bigint',
    [serviceId, period.startAt, period.endAt],
  );
}
