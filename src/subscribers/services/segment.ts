import type { CheckedPlan, FupStep, LimitAction } from '../catalog/plan.ts';
import type { BaseTiming, OveragePricing } from '../catalog/plan-billing.ts';
import { type GigabyteUnit, octetsOf } from '../gigabytes.ts';

/**
 * The terms of a package as they were when a segment began, so that editing a package changes nothing behind
 * a customer's back (architecture section 6). This is the shape of `terms` in the database: `price` in minor
 * units, `data_limit_gb` as a decimal string.
 */
export interface SegmentTerms {
  readonly price: number;
  readonly currency: string;
  readonly data_limit_gb: string | null;
  readonly limit_action: LimitAction;
  readonly fup: readonly FupStep[];
  readonly rate_limit: string | null;
  /** Absent = decimal, in segments older than the setting. */
  readonly gb_unit?: GigabyteUnit;
  /** Absent = none. */
  readonly overage?: OveragePricing | null;
  /** Absent = advance. */
  readonly base_timing?: BaseTiming;
  /** The package's name as invoices show it. */
  readonly name?: string;
  /** In minor units; absent in segments older than the field = as the package has it now. */
  readonly setup_fee?: number;
}

/** The plan's part in a segment's terms. */
export type PlanTerms = Pick<
  CheckedPlan,
  | 'name'
  | 'price'
  | 'currency'
  | 'dataLimitGb'
  | 'limitAction'
  | 'fup'
  | 'rateLimit'
  | 'overage'
  | 'baseTiming'
  | 'setupFee'
>;

/** Copies what billing and counting need of a plan. */
export function segmentTerms(plan: PlanTerms, gbUnit: GigabyteUnit = 'decimal'): SegmentTerms {
  return {
    price: Number(plan.price),
    currency: plan.currency,
    data_limit_gb: plan.dataLimitGb ?? null,
    limit_action: plan.limitAction,
    fup: plan.fup,
    rate_limit: plan.rateLimit ?? null,
    gb_unit: gbUnit,
    overage: plan.overage ?? null,
    base_timing: plan.baseTiming,
    name: plan.name,
    setup_fee: Number(plan.setupFee),
  };
}

/** The octets of a whole period under these terms; undefined = unlimited. */
export function termsAllowance(terms: Pick<SegmentTerms, 'data_limit_gb' | 'gb_unit'>): bigint | undefined {
  return terms.data_limit_gb === null ? undefined : octetsOf(terms.data_limit_gb, terms.gb_unit ?? 'decimal');
}

/** Whether nothing is left of what a segment may use (billing-rules F2, F5); never without a limit. */
export function isUsedUp(segment: {
  readonly allowanceOctets: bigint | undefined;
  readonly usedOctets: bigint;
}): boolean {
  return segment.allowanceOctets !== undefined && segment.usedOctets >= segment.allowanceOctets;
}
