import type { AuditImage } from '../../platform/identity/audit.ts';
import type { CheckedPlan } from './plan.ts';

/** A plan as the audit log shows it, in the words of the API. */
export function planImage(plan: CheckedPlan & { readonly archivedAt?: Date | undefined }): AuditImage {
  return {
    code: plan.code,
    name: plan.name,
    price: plan.price,
    currency: plan.currency,
    model: plan.model,
    cycle: plan.cycle,
    cycle_count: plan.cycleCount,
    base_timing: plan.baseTiming,
    data_limit_gb: plan.dataLimitGb ?? null,
    limit_action: plan.limitAction,
    overage: plan.overage ?? null,
    setup_fee: plan.setupFee,
    trial_days: plan.trialDays,
    validity: plan.validity ?? null,
    rate_limit: plan.rateLimit ?? null,
    fup: plan.fup,
    pool: plan.pool ?? null,
    address_list: plan.addressList ?? null,
    ipv6_pool: plan.ipv6Pool ?? null,
    ppp_profile: plan.pppProfile ?? null,
    session_limit: plan.sessionLimit,
    idle_timeout_s: plan.idleTimeoutS ?? null,
    session_timeout_s: plan.sessionTimeoutS ?? null,
    interim_interval_s: plan.interimIntervalS ?? null,
    radius_attributes: plan.radiusAttributes,
    tier: plan.tier ?? null,
    archived_at: plan.archivedAt?.toISOString() ?? null,
  };
}
