import type { Temporal } from 'temporal-polyfill';
import type { UsageCounting } from '../../subscribers/counted-octets.ts';
import type { SegmentTerms } from '../../subscribers/services/segment.ts';
import type { LineDraft } from '../invoices/invoice-draft.ts';
import { discountOf } from '../promotions/discount.ts';
import { arrearsBases, type BaseCharge } from '../rating/base.ts';
import { periodOverage } from '../rating/period-usage.ts';
import { type BilledPeriod, type BilledSegment, type BillingFacts, segmentsOf } from './billing-facts.ts';
import { baseText, overageText, type Priced } from './line-text.ts';

/** What periods that are over still owe, and how their rows must say so. */
export interface Closing {
  readonly bases: readonly LineDraft[];
  readonly overages: readonly LineDraft[];
  readonly adjustments: readonly LineDraft[];
  readonly setups: readonly LineDraft[];
  /** The overage each period has been charged for once these lines are issued. */
  readonly rated: readonly { readonly periodId: string; readonly overageCharged: bigint }[];
}

/** How far the last period is used: to its end, or to the day after a cancellation (X2, X3). */
export interface UsedUntil {
  readonly baseEndOn: Temporal.PlainDate;
  readonly allowanceEndOn: Temporal.PlainDate;
}

/**
 * Rates every period that is not rated yet (B1, B3, O2 to O7) and looks once more at the last that is: usage that
 * came late is charged if it makes more (O8). Without `used` all of them are over.
 */
export function closePeriods(facts: BillingFacts, counting: UsageCounting, used?: UsedUntil): Closing {
  const closing = { bases: [], overages: [], adjustments: [], setups: [], rated: [] } as {
    -readonly [Key in keyof Closing]: Closing[Key][number][];
  };
  for (const [index, period] of facts.periods.entries()) {
    if (period.overageCharged !== undefined) {
      adjust(facts, period, { counting, charged: period.overageCharged }, closing);
      continue;
    }
    const isLast = index === facts.periods.length - 1;
    rate(facts, period, { counting, used: isLast ? used : undefined }, closing);
  }
  return closing;
}

type Collected = { -readonly [Key in keyof Closing]: Closing[Key][number][] };

function rate(
  facts: BillingFacts,
  period: BilledPeriod,
  how: { counting: UsageCounting; used: UsedUntil | undefined },
  closing: Collected,
): void {
  const { counting, used } = how;
  const segments = segmentsOf(facts, period);
  const charges = arrearsBases(segments, { ...period, endOn: used?.baseEndOn ?? period.endOn });
  const bases = arrearsLines(facts, period, { segments, charges });
  if (bases.length > 0 && closing.bases.length === 0 && isFirstBase(facts)) {
    closing.setups.push(...setupLines(facts, setupFeeOf(facts, segments[charges[0]?.fromPackage ?? 0])));
  }
  closing.bases.push(...bases);
  const overage = periodOverage(
    segments,
    { ...period, endOn: used?.allowanceEndOn ?? period.endOn },
    counting,
  );
  if (overage.amountMinor > 0n) {
    closing.overages.push({
      kind: 'overage',
      description: overageText({ ...overage, currency: facts.plan.currency }, pricingOf(facts, period)),
      amountMinor: overage.amountMinor,
      discountMinor: 0n,
      period: datesOf(period, used?.baseEndOn),
      chargeKey: `overage:${facts.service.id}:${period.startOn}`,
    });
  }
  closing.rated.push({ periodId: period.id, overageCharged: overage.amountMinor });
}

function adjust(
  facts: BillingFacts,
  period: BilledPeriod,
  how: { counting: UsageCounting; charged: bigint },
  closing: Collected,
): void {
  const { amountMinor } = periodOverage(segmentsOf(facts, period), period, how.counting);
  const more = amountMinor - how.charged;
  if (more <= 0n) return;
  closing.adjustments.push({
    kind: 'overage_adjustment',
    description: 'Data reported late',
    amountMinor: more,
    discountMinor: 0n,
    period: datesOf(period),
    chargeKey: `overage_adj:${facts.service.id}:${period.startOn}:1`,
  });
  closing.rated.push({ periodId: period.id, overageCharged: amountMinor });
}

/** P8: one line per package; the codes in force discount all of them, as one period (D5). */
function arrearsLines(
  facts: BillingFacts,
  period: BilledPeriod,
  { segments, charges }: { segments: readonly BilledSegment[]; charges: readonly BaseCharge[] },
): LineDraft[] {
  return charges
    .filter((base) => base.amountMinor > 0n)
    .map((base, index) => ({
      kind: 'base',
      description: baseText(packageOf(facts, segments[base.fromPackage]?.terms), base.share),
      amountMinor: base.amountMinor,
      discountMinor: discountOf(base.amountMinor, facts.discounts, base.share),
      period: { startOn: base.startOn, endOn: base.endOn },
      chargeKey: baseKey(facts, period, index),
    }));
}

/** Whether no period of the service has been billed or rated yet, so that its first base line is to come (T2). */
export function isFirstBase({ periods }: BillingFacts): boolean {
  return (
    (periods[0]?.seq ?? 1) === 1 &&
    periods.every((one) => one.invoiceId === undefined && one.overageCharged === undefined)
  );
}

/** The setup fee goes with the first base line (T2). */
export function setupLines(facts: BillingFacts, feeMinor: bigint): LineDraft[] {
  if (feeMinor === 0n) return [];
  return [
    {
      kind: 'setup',
      description: 'Set-up',
      amountMinor: feeMinor,
      discountMinor: 0n,
      chargeKey: `setup:${facts.service.id}`,
    },
  ];
}

/** Section 19: what is charged is a segment of a period; the number of the period tells two of one day apart (P12). */
export function baseKey(
  facts: BillingFacts,
  period: { readonly startOn: Temporal.PlainDate; readonly seq: number },
  segment: number,
): string {
  return `base:${facts.service.id}:${period.startOn}:${period.seq}.${segment}`;
}

function setupFeeOf(facts: BillingFacts, segment: BilledSegment | undefined): bigint {
  return BigInt(segment?.terms.setup_fee ?? facts.plan.setupFee);
}

function pricingOf(facts: BillingFacts, period: BilledPeriod) {
  return segmentsOf(facts, period).at(-1)?.terms.overage;
}

/** The package of a segment as its line names it. */
function packageOf(facts: BillingFacts, terms: SegmentTerms | undefined): Priced {
  const { name, price, currency } = facts.plan;
  if (terms === undefined) return { name, price, currency };
  return { name: terms.name ?? name, price: BigInt(terms.price), currency: terms.currency };
}

function datesOf(
  period: BilledPeriod,
  endOn = period.endOn,
): { startOn: Temporal.PlainDate; endOn: Temporal.PlainDate } {
  return { startOn: period.startOn, endOn };
}
