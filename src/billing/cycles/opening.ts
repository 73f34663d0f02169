import type { Temporal } from 'temporal-polyfill';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import { type BillingPeriod, type Cycle, defaultAnchor, periodFrom } from '../../subscribers/period.ts';
import type { LineDraft } from '../invoices/invoice-draft.ts';
import { type Discount, discountOf } from '../promotions/discount.ts';
import { advanceBase } from '../rating/base.ts';
import type { BillingFacts } from './billing-facts.ts';
import { baseKey, isFirstBase, setupLines } from './closing.ts';
import { baseText } from './line-text.ts';

/** A period about to begin, and what is billed for it in advance. */
export interface Opening {
  readonly seq: number;
  readonly plan: Plan;
  readonly anchorDay: number | undefined;
  readonly period: BillingPeriod;
  readonly bases: readonly LineDraft[];
  readonly setups: readonly LineDraft[];
  /** Undefined in arrears: no line is in force. */
  readonly lineNet: bigint | undefined;
  /** The codes that discount it. */
  readonly discounts: readonly Discount[];
}

/** How the periods of a package follow each other for a service with an anchor. */
export function cycleOf(plan: Plan, anchorDay: number | undefined): Cycle {
  return { unit: plan.cycle, count: plan.cycleCount, anchorDay };
}

/** The anchor under a package: the old one while the cycle is of the same kind, else the day of the start (C4, P12). */
export function anchorFor(
  plan: Plan,
  startOn: Temporal.PlainDate,
  kept: { readonly anchorDay: number | undefined; readonly plan: Plan } | undefined,
): number | undefined {
  if (kept?.anchorDay !== undefined && kept.plan.cycle === plan.cycle) return kept.anchorDay;
  return defaultAnchor(plan.cycle, startOn);
}

/** The period of a package from a date, with its base and, for the first, the setup fee (B2, C6, D2, T2). */
export function openPeriod(
  facts: BillingFacts,
  plan: Plan,
  start: { readonly startOn: Temporal.PlainDate; readonly anchorDay: number | undefined },
): Opening {
  const seq = (facts.periods.at(-1)?.seq ?? 0) + 1;
  const period = periodFrom(start.startOn, cycleOf(plan, start.anchorDay));
  const common = { seq, plan, anchorDay: start.anchorDay, period };
  if (plan.baseTiming === 'arrears') {
    return { ...common, bases: [], setups: [], lineNet: undefined, discounts: [] };
  }
  const base = advanceBase(plan.price, period);
  const discount = discountOf(base.amountMinor, facts.discounts, base.share);
  const line: LineDraft = {
    kind: 'base',
    description: baseText(plan, base.share),
    amountMinor: base.amountMinor,
    discountMinor: discount,
    period: { startOn: period.startOn, endOn: period.endOn },
    chargeKey: baseKey(facts, { startOn: period.startOn, seq }, 0),
  };
  return {
    ...common,
    bases: base.amountMinor > 0n ? [line] : [],
    setups: isFirstBase(facts) ? setupLines(facts, plan.setupFee) : [],
    lineNet: base.amountMinor - discount,
    discounts: facts.discounts,
  };
}
