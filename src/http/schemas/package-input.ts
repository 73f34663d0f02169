import { z } from '@hono/zod-openapi';
import { line } from '../../platform/text.ts';
import { LIMIT_ACTIONS, type NewPlan, PLAN_TIERS } from '../../subscribers/catalog/plan.ts';
import { CYCLE_UNITS } from '../../subscribers/catalog/plan-billing.ts';
import type { PlanPatch } from '../../subscribers/catalog/plan-change.ts';
import { currencyInput } from './customer.ts';
import { money, moneyInput } from './values.ts';

/** Gigabytes as a number or a decimal string. */
const gigabytesInput = z
  .union([z.number().positive(), z.string().max(20)], { error: 'must be gigabytes such as 100 or 0.5' })
  .transform(String)
  .openapi({ type: 'number', example: 100 });

const whole = z.int({ error: 'must be a whole number' });
const rateLimit = z.string().max(200).openapi({
  example: '5M/20M 10M/40M 4M/16M 8/8',
  description: 'Mikrotik-Rate-Limit, upload first.',
});
const routerName = z.string().max(63);
const tier = z.strictObject({ up_to_blocks: whole.nullable(), price: money });

const overageInput = z
  .strictObject({
    block_gb: gigabytesInput.optional(),
    price: money.optional(),
    rounding: z.enum(['block', 'exact']).optional(),
    cap: money.nullable().optional(),
    tiers: z.array(tier).max(50).optional(),
  })
  .openapi('OverageInput', { description: 'A flat `price` per block, or graduated `tiers`, which win.' });

const fupStep = z.strictObject({
  from_percent: whole,
  rate_limit: rateLimit,
  pool: routerName.optional(),
});

/** What decides the RADIUS replies; null is none. */
const replyFields = {
  rate_limit: rateLimit.nullable().optional(),
  fup: z.array(fupStep).max(10).optional(),
  pool: routerName.nullable().optional(),
  address_list: routerName.nullable().optional(),
  ipv6_pool: routerName.nullable().optional(),
  ppp_profile: routerName.nullable().optional(),
  idle_timeout_s: whole.nullable().optional(),
  session_timeout_s: whole.nullable().optional(),
  interim_interval_s: whole.nullable().optional(),
  radius_attributes: z
    .array(z.strictObject({ name: line(100), value: line(253) }))
    .max(50)
    .optional(),
} as const;

const otherFields = {
  currency: currencyInput.optional(),
  model: z.enum(['postpaid', 'prepaid']).optional(),
  cycle: z.enum(CYCLE_UNITS).optional(),
  cycle_count: whole.optional(),
  base_timing: z.enum(['advance', 'arrears']).optional(),
  data_limit_gb: gigabytesInput.nullable().optional(),
  limit_action: z.enum(LIMIT_ACTIONS).optional(),
  overage: overageInput.nullable().optional(),
  setup_fee: moneyInput.optional(),
  trial_days: whole.optional(),
  validity: z
    .strictObject({ unit: z.enum(['hours', 'days', 'weeks', 'months']), count: whole })
    .nullable()
    .optional(),
  session_limit: whole.optional().openapi({ description: '0 = as many as one likes.' }),
  tier: z.enum(PLAN_TIERS).nullable().optional(),
} as const;

/** A new package; what is left out has the default of the billing rules. */
export const newPackageSchema = z
  .strictObject({ code: line(63), name: line(200), price: moneyInput, ...otherFields, ...replyFields })
  .openapi('NewPackage');

/** What is changed of a package: what is left out stays, null takes away. */
export const packagePatchSchema = newPackageSchema.partial().openapi('PackagePatch');

/** What a preview looks at: the whole of a package may be sent, finished or not. */
export const previewSchema = newPackageSchema.partial().openapi('PackagePreviewInput', {
  description: 'A package as it would be added; only its RADIUS side counts.',
});

type PackagePatch = z.output<typeof packagePatchSchema>;

/** The patch in the words of the code. */
export function planPatch(input: PackagePatch): PlanPatch {
  return {
    code: input.code,
    name: input.name,
    price: input.price,
    currency: input.currency,
    model: input.model,
    cycle: input.cycle,
    cycleCount: input.cycle_count,
    baseTiming: input.base_timing,
    dataLimitGb: input.data_limit_gb,
    limitAction: input.limit_action,
    overage: input.overage,
    setupFee: input.setup_fee,
    trialDays: input.trial_days,
    validity: input.validity,
    rateLimit: input.rate_limit,
    fup: input.fup,
    pool: input.pool,
    addressList: input.address_list,
    ipv6Pool: input.ipv6_pool,
    pppProfile: input.ppp_profile,
    sessionLimit: input.session_limit,
    idleTimeoutS: input.idle_timeout_s,
    sessionTimeoutS: input.session_timeout_s,
    interimIntervalS: input.interim_interval_s,
    radiusAttributes: input.radius_attributes,
    tier: input.tier,
  };
}

/** A new plan in the words of the code; null and left out are the same here. */
export function newPlan(
  input: z.output<typeof newPackageSchema>,
): Omit<NewPlan, 'currency'> & { currency?: string | undefined } {
  const { code, name, price } = input;
  const rest = Object.entries(planPatch(input)).filter(([, value]) => value !== null && value !== undefined);
  return { ...Object.fromEntries(rest), code, name, price };
}
