import { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import type { CustomerId, PlanId, ServiceId } from '../../kernel/ids.ts';
import type { Promotion, PromotionDuration } from './promotion.ts';

interface PromotionRow {
  readonly id: string;
  readonly code: string;
  readonly type: 'percent' | 'fixed';
  readonly value: string;
  readonly currency: string | null;
  readonly duration: PromotionDuration;
  readonly cycles: number | null;
  readonly valid_from: Date | null;
  readonly valid_until: Date | null;
  readonly max_redemptions: number | null;
  readonly max_per_customer: number;
  readonly stackable: boolean;
  readonly package_ids: string | null;
  readonly redeemed_count: number;
}

/** The code, whatever its case (D1), locked so that the last redemption is given once (D4). */
export async function lockPromotion(tx: Transaction, code: string): Promise<Promotion | undefined> {
  const [row] = await tx.query<PromotionRow>(
    'select * from isp_promotions where upper(code) = upper($1::text) for no key update',
    [code],
  );
  return row && toPromotion(row);
}

/** What stands in the way of a redemption: by this customer, on this service, and codes still in force there. */
export async function readRedemptions(
  q: Queryable,
  of: { promotionId: string; customerId: CustomerId; serviceId: ServiceId },
): Promise<{ redeemedByCustomer: number; isOnService: boolean; liveStackable: boolean[] }> {
  const [row] = await q.query<{ by_customer: number; on_service: boolean; live: boolean[] | null }>(
    `select
       (select count(*)::int from promotion_redemptions
        where promotion_id = $1::bigint and customer_id = $2::bigint) as by_customer,
       exists (select from promotion_redemptions
        where promotion_id = $1::bigint and service_id = $3::bigint) as on_service,
       (select json_agg(p.stackable) from promotion_redemptions r join isp_promotions p on p.id = r.promotion_id
        where r.service_id = $3::bigint and (r.cycles_left is null or r.cycles_left > 0)) as live`,
    [of.promotionId, of.customerId, of.serviceId],
  );
  return {
    redeemedByCustomer: row?.by_customer ?? 0,
    isOnService: row?.on_service ?? false,
    liveStackable: row?.live ?? [],
  };
}

/** Puts a code in force on a service and counts it. */
export async function insertRedemption(
  tx: Transaction,
  redemption: {
    promotionId: string;
    customerId: CustomerId;
    serviceId: ServiceId;
    cyclesLeft: number | null;
    at: Temporal.Instant;
  },
): Promise<string> {
  const { promotionId, customerId, serviceId, cyclesLeft, at } = redemption;
  const [row] = await tx.query<{ id: string }>(
    `with counted as (
       update isp_promotions set redeemed_count = redeemed_count + 1 where id = $1::bigint)
     insert into promotion_redemptions (promotion_id, service_id, customer_id, cycles_left, redeemed_at)
     values ($1::bigint, $2::bigint, $3::bigint, $4::int, $5::timestamptz) returning id`,
    [promotionId, serviceId, customerId, cyclesLeft, at],
  );
  return row?.id ?? '';
}

function toPromotion(row: PromotionRow): Promotion {
  return {
    id: row.id,
    code: row.code,
    type: row.type,
    value: row.value,
    currency: row.currency ?? undefined,
    duration: row.duration,
    cycles: row.cycles ?? undefined,
    validFrom: instantOf(row.valid_from),
    validUntil: instantOf(row.valid_until),
    maxRedemptions: row.max_redemptions ?? undefined,
    maxPerCustomer: row.max_per_customer,
    stackable: row.stackable,
    planIds: row.package_ids === null ? undefined : idsOf(row.package_ids),
    redeemedCount: row.redeemed_count,
  };
}

function instantOf(at: Date | null): Temporal.Instant | undefined {
  return at === null ? undefined : Temporal.Instant.fromEpochMilliseconds(at.getTime());
}

/** An array of numbers as PostgreSQL writes it: `{1,2}`. */
function idsOf(text: string): PlanId[] {
  return text
    .slice(1, -1)
    .split(',')
    .filter((id) => id !== '') as PlanId[];
}
