import type { Transaction } from '../../db/database.ts';
import { notFound } from '../../kernel/errors.ts';
import type { CustomerId, PlanId, ServiceId } from '../../kernel/ids.ts';
import type { BillingContext } from '../billing-context.ts';
import { insertRedemption, lockPromotion, readRedemptions } from './promotion.store.ts';
import { cyclesOf, type Promotion, redemptionRefusal } from './promotion.ts';

/** A code put in force on a service. */
export interface Redemption {
  readonly id: string;
  readonly promotion: Promotion;
  /** Base lines it still discounts; null = for ever. */
  readonly cyclesLeft: number | null;
}

/**
 * Redeems a code for a service whose row, and its customer's, are locked. It discounts base lines from the next one
 * on (D2). Throws `promotion_not_found` and the refusals of D4; a refusal must end the transaction.
 */
export async function redeemCode(
  tx: Transaction,
  ctx: BillingContext,
  order: {
    readonly code: string;
    readonly customerId: CustomerId;
    readonly serviceId: ServiceId;
    readonly planId: PlanId;
    readonly currency: string;
  },
): Promise<Redemption> {
  const { customerId, serviceId, planId, currency } = order;
  const promotion = await lockPromotion(tx, order.code.trim());
  if (promotion === undefined) {
    throw notFound('promotion_not_found', `There is no promotion code '${order.code}'.`);
  }
  const standing = await readRedemptions(tx, { promotionId: promotion.id, customerId, serviceId });
  const refusal = redemptionRefusal(promotion, { now: ctx.now, planId, currency, ...standing });
  if (refusal !== undefined) throw refusal;
  const cyclesLeft = cyclesOf(promotion);
  const id = await insertRedemption(tx, {
    promotionId: promotion.id,
    customerId,
    serviceId,
    cyclesLeft,
    at: ctx.now,
  });
  return { id, promotion, cyclesLeft };
}
