import type { Temporal } from 'temporal-polyfill';
import { type AppError, conflict } from '../../kernel/errors.ts';
import type { PlanId } from '../../kernel/ids.ts';

/** How many base lines a code discounts: one, `cycles` of them, or all (billing-rules D2). */
export type PromotionDuration = 'once' | 'repeating' | 'forever';

/** A discount code (D1). `value` is a decimal percentage, or whole minor units of `currency`. */
export interface Promotion {
  readonly id: string;
  readonly code: string;
  readonly type: 'percent' | 'fixed';
  readonly value: string;
  readonly currency: string | undefined;
  readonly duration: PromotionDuration;
  readonly cycles: number | undefined;
  readonly validFrom: Temporal.Instant | undefined;
  readonly validUntil: Temporal.Instant | undefined;
  readonly maxRedemptions: number | undefined;
  readonly maxPerCustomer: number;
  readonly stackable: boolean;
  /** The only packages it applies to; undefined = all. */
  readonly planIds: readonly PlanId[] | undefined;
  readonly redeemedCount: number;
}

/** What a redemption is judged by. */
export interface RedemptionFacts {
  readonly now: Temporal.Instant;
  readonly planId: PlanId;
  readonly currency: string;
  readonly redeemedByCustomer: number;
  readonly isOnService: boolean;
  /** Codes that still discount this service. */
  readonly liveStackable: readonly boolean[];
}

/** Base lines a new redemption discounts; null = for ever. */
export function cyclesOf(promotion: Pick<Promotion, 'duration' | 'cycles'>): number | null {
  if (promotion.duration === 'forever') return null;
  return promotion.duration === 'once' ? 1 : (promotion.cycles ?? 1);
}

/** Why a code cannot be redeemed, in the order of billing-rules D4; undefined when it can. */
export function redemptionRefusal(promotion: Promotion, facts: RedemptionFacts): AppError | undefined {
  const { code, validFrom, validUntil, planIds, maxRedemptions, stackable } = promotion;
  const nowMs = facts.now.epochMilliseconds;
  if (validFrom !== undefined && nowMs < validFrom.epochMilliseconds) {
    return conflict('promotion_outside_window', `The code '${code}' is valid from ${validFrom} on.`);
  }
  if (validUntil !== undefined && nowMs >= validUntil.epochMilliseconds) {
    return conflict('promotion_outside_window', `The code '${code}' was valid until ${validUntil}.`);
  }
  if (planIds !== undefined && !planIds.includes(facts.planId)) {
    return conflict('promotion_not_applicable', `The code '${code}' is not for this package.`);
  }
  if (promotion.type === 'fixed' && promotion.currency !== facts.currency) {
    const why = `The code '${code}' is in ${promotion.currency}, the service pays in ${facts.currency}.`;
    return conflict('currency_mismatch', why);
  }
  if (maxRedemptions !== undefined && promotion.redeemedCount >= maxRedemptions) {
    return conflict('promotion_exhausted', `The code '${code}' was redeemed as often as it can be.`);
  }
  if (facts.isOnService || facts.redeemedByCustomer >= promotion.maxPerCustomer) {
    return conflict('promotion_already_used', `This customer has used the code '${code}' already.`);
  }
  if (facts.liveStackable.length > 0 && !(stackable && facts.liveStackable.every(Boolean))) {
    const why = `The code '${code}' cannot be combined with the one in force on this service.`;
    return conflict('promotion_not_stackable', why);
  }
  return undefined;
}
