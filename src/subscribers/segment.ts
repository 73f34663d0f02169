import { allowanceOctets, type CheckedPlan, type FupStep, type LimitAction } from './plan.ts';

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
}

/** The plan's part in a segment's terms. */
export type PlanTerms = Pick<
  CheckedPlan,
  'price' | 'currency' | 'dataLimitGb' | 'limitAction' | 'fup' | 'rateLimit'
>;

/** Copies what billing and counting need of a plan. */
export function segmentTerms(plan: PlanTerms): SegmentTerms {
  return {
    price: Number(plan.price),
    currency: plan.currency,
    data_limit_gb: plan.dataLimitGb ?? null,
    limit_action: plan.limitAction,
    fup: plan.fup,
    rate_limit: plan.rateLimit ?? null,
  };
}

/** The octets a segment may use before the limit action; undefined = unlimited. */
export function segmentAllowance(plan: PlanTerms): bigint | undefined {
  return plan.dataLimitGb === undefined ? undefined : allowanceOctets(plan.dataLimitGb);
}
