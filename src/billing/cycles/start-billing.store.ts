import type { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';

/** Keeps the first billed day of a service that is not active yet (B5). */
export async function setBillingStart(
  tx: Transaction,
  serviceId: ServiceId,
  startOn: Temporal.PlainDate,
): Promise<void> {
  await tx.query('update isp_services set billing_starts_on = $2::date where id = $1::bigint', [
    serviceId,
    startOn.toString(),
  ]);
}

/**
 * Lets the billing of an active service begin at a later date. Until then its segment has no allowance, so that
 * nothing is throttled, blocked or charged (T1, T3, B5); the segment after it waits for the first period.
 */
export async function deferBilling(
  tx: Transaction,
  start: {
    readonly serviceId: ServiceId;
    readonly anchorDay: number | undefined;
    readonly startOn: Temporal.PlainDate;
    readonly startAt: Temporal.Instant;
    readonly wholeAllowanceOctets: bigint | undefined;
  },
): Promise<void> {
  await tx.query(
    `with deferred as (
       update isp_services set anchor_day = $2::int, billing_starts_on = $3::date, next_billing_date = $3::date
       where id = $1::bigint),
     free as (
       update isp_service_segments set to_at = $4::timestamptz, allowance_octets = null
       where service_id = $1::bigint and to_at is null returning package_id, terms)
     insert into isp_service_segments (service_id, from_at, package_id, terms, allowance_octets)
     select $1::bigint, $4::timestamptz, package_id, terms, $5::bigint from free`,
    [
      start.serviceId,
      start.anchorDay ?? null,
      start.startOn,
      start.startAt,
      start.wholeAllowanceOctets ?? null,
    ],
  );
}
