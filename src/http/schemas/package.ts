import { z } from '@hono/zod-openapi';
import { parseRateLimit } from '../../kernel/bandwidth.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import type { OveragePricing } from '../../subscribers/catalog/plan-billing.ts';
import { id, instant, money, number } from './values.ts';

const text = z.string().nullable();
const seconds = z.int().nullable();

/** An attribute of a RADIUS reply. */
export const attributeSchema = z.object({ name: z.string(), value: z.string() }).openapi('RadiusAttribute');

const overageSchema = z
  .object({
    block_gb: z.number(),
    price: money.nullable().openapi({ description: 'Per block; null when there are tiers.' }),
    rounding: z.string(),
    cap: money.nullable(),
    tiers: z.array(z.object({ up_to_blocks: z.int().nullable(), price: money })),
  })
  .openapi('Overage');

/** A package in an answer. */
export const packageSchema = z
  .object({
    id,
    code: z.string(),
    name: z.string(),
    price: money,
    currency: z.string().openapi({ example: 'KES' }),
    model: z.string(),
    tier: text,
    cycle: z.string(),
    cycle_count: z.int(),
    base_timing: z.string(),
    data_limit_gb: z.number().nullable().openapi({ description: 'null = unlimited' }),
    limit_action: z.string(),
    overage: overageSchema.nullable(),
    setup_fee: money,
    trial_days: z.int(),
    validity: z.object({ unit: z.string(), count: z.int() }).nullable(),
    rate_limit: text.openapi({ example: '5M/20M' }),
    download_bps: z.int().nullable(),
    upload_bps: z.int().nullable(),
    fup: z.array(z.object({ from_percent: z.int(), rate_limit: z.string(), pool: z.string().optional() })),
    pool: text,
    address_list: text,
    ipv6_pool: text,
    ppp_profile: text,
    session_limit: z.int(),
    idle_timeout_s: seconds,
    session_timeout_s: seconds,
    interim_interval_s: seconds,
    radius_attributes: z.array(attributeSchema),
    version: z.int(),
    archived_at: instant.nullable(),
  })
  .openapi('Package');

/** The speeds of a rate limit, null for unlimited. */
export function speedsOf(rateLimit: string | undefined) {
  const parsed = rateLimit === undefined ? undefined : parseRateLimit(rateLimit);
  if (parsed?.ok !== true) return { download_bps: null, upload_bps: null };
  return { download_bps: parsed.value.downloadBps, upload_bps: parsed.value.uploadBps };
}

/** A package as it is answered. */
export function packageJson(plan: Plan) {
  return {
    id: number(plan.id),
    code: plan.code,
    name: plan.name,
    price: number(plan.price),
    currency: plan.currency,
    model: plan.model,
    tier: plan.tier ?? null,
    cycle: plan.cycle,
    cycle_count: plan.cycleCount,
    base_timing: plan.baseTiming,
    data_limit_gb: plan.dataLimitGb === undefined ? null : Number(plan.dataLimitGb),
    limit_action: plan.limitAction,
    overage: plan.overage === undefined ? null : overageJson(plan.overage),
    setup_fee: number(plan.setupFee),
    trial_days: plan.trialDays,
    validity: plan.validity ?? null,
    rate_limit: plan.rateLimit ?? null,
    ...speedsOf(plan.rateLimit),
    fup: plan.fup.map((step) => ({ ...step })),
    pool: plan.pool ?? null,
    address_list: plan.addressList ?? null,
    ipv6_pool: plan.ipv6Pool ?? null,
    ppp_profile: plan.pppProfile ?? null,
    session_limit: plan.sessionLimit,
    idle_timeout_s: plan.idleTimeoutS ?? null,
    session_timeout_s: plan.sessionTimeoutS ?? null,
    interim_interval_s: plan.interimIntervalS ?? null,
    radius_attributes: plan.radiusAttributes.map(({ name, value }) => ({ name, value })),
    version: plan.version,
    archived_at: plan.archivedAt?.toISOString() ?? null,
  };
}

/** A flat price is one tier without end; both are shown in the way they were given. */
function overageJson({ block_gb, rounding, cap, tiers }: OveragePricing) {
  const [only] = tiers.length === 1 ? tiers : [];
  return {
    block_gb: Number(block_gb),
    price: only?.price ?? null,
    rounding,
    cap,
    tiers: only === undefined ? tiers.map((tier) => ({ ...tier })) : [],
  };
}
