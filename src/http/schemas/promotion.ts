import { z } from '@hono/zod-openapi';
import type { PromotionPatch } from '../../billing/promotions/promotion-terms.service.ts';
import type { KeptPromotion } from '../../billing/promotions/promotion-terms.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { line } from '../../platform/text.ts';
import { currencyInput } from './customer.ts';
import { id, idInput, instant, instantInput, number } from './values.ts';

/** A promotion in an answer. */
export const promotionSchema = z
  .object({
    id,
    code: z.string(),
    type: z.string(),
    value: z.union([z.string(), z.int()]).openapi({
      description: 'A decimal string of a percentage, or an integer of minor units.',
    }),
    currency: z.string().nullable(),
    duration: z.string(),
    cycles: z.int().nullable(),
    valid_from: instant.nullable(),
    valid_until: instant.nullable(),
    max_redemptions: z.int().nullable(),
    max_per_customer: z.int(),
    stackable: z.boolean(),
    package_ids: z.array(id).openapi({ description: 'Empty for all packages.' }),
    redeemed_count: z.int(),
    version: z.int(),
    created_at: instant,
  })
  .openapi('Promotion');

const whole = z.int({ error: 'must be a whole number' });

/** A new promotion. */
export const newPromotionSchema = z
  .strictObject({
    code: line(40),
    type: z.enum(['percent', 'fixed']),
    value: z.union([z.string().max(20), z.number()], {
      error: 'must be a percentage such as "10", or whole minor units',
    }),
    currency: currencyInput
      .nullable()
      .optional()
      .openapi({ description: 'Of a fixed amount; means nothing for a percentage.' }),
    duration: z.enum(['once', 'repeating', 'forever']).optional(),
    cycles: whole.nullable().optional(),
    valid_from: instantInput.nullable().optional(),
    valid_until: instantInput.nullable().optional(),
    max_redemptions: whole.nullable().optional(),
    max_per_customer: whole.optional(),
    stackable: z.boolean().optional(),
    package_ids: z.array(idInput<PlanId>()).max(1_000).nullable().optional(),
  })
  .openapi('NewPromotion');

/** What is changed of a promotion: what is left out stays, null takes away. */
export const promotionPatchSchema = newPromotionSchema.partial().openapi('PromotionPatch');

/** The patch in the words of the code. */
export function promotionPatch(input: z.output<typeof promotionPatchSchema>): PromotionPatch {
  return {
    code: input.code,
    type: input.type,
    value: input.value,
    currency: input.currency ?? undefined,
    duration: input.duration,
    cycles: input.cycles,
    validFrom: input.valid_from,
    validUntil: input.valid_until,
    maxRedemptions: input.max_redemptions,
    maxPerCustomer: input.max_per_customer,
    stackable: input.stackable,
    planIds: input.package_ids,
  };
}

/** A promotion as it is answered. */
export function promotionJson(one: KeptPromotion) {
  return {
    id: number(one.id),
    code: one.code,
    type: one.type,
    value: one.type === 'fixed' ? number(one.value) : one.value,
    currency: one.currency ?? null,
    duration: one.duration,
    cycles: one.cycles ?? null,
    valid_from: one.validFrom?.toISOString() ?? null,
    valid_until: one.validUntil?.toISOString() ?? null,
    max_redemptions: one.maxRedemptions ?? null,
    max_per_customer: one.maxPerCustomer,
    stackable: one.stackable,
    package_ids: (one.planIds ?? []).map(number),
    redeemed_count: one.redeemedCount,
    version: one.version,
    created_at: one.createdAt.toISOString(),
  };
}
