import type { Temporal } from 'temporal-polyfill';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import { daysBetween, isSameLength } from '../../subscribers/period.ts';
import type { LineDraft, LocalPeriod } from '../invoices/invoice-draft.ts';
import { discountOf } from '../promotions/discount.ts';
import { changeShares, type Measure, restOf } from '../rating/proration.ts';
import { NONE, type Share, shareOf } from '../rating/share.ts';
import type { BilledPeriod } from './billing-facts.ts';
import { chargeText, creditText } from './line-text.ts';
import { cycleOf } from './opening.ts';

/** When a change of package takes effect (P1). */
export type ChangeEffect = 'immediate' | 'next_cycle';

/** Upgrades take effect at once, downgrades with the next cycle, unless the order says otherwise (P1). */
export function defaultEffect(from: Pick<Plan, 'price'>, to: Pick<Plan, 'price'>): ChangeEffect {
  return to.price < from.price ? 'next_cycle' : 'immediate';
}

/** Whether a package has periods of another length, so that a new one begins with it (P12). */
export function isOtherCycle(from: Plan, to: Plan): boolean {
  return !isSameLength(cycleOf(from, undefined), cycleOf(to, undefined));
}

/** An amount for a part of a period. */
export interface Part {
  readonly amountMinor: bigint;
  readonly discountMinor: bigint;
  readonly share: Share;
  /** What the share is of. */
  readonly wholeMinor: bigint;
}

const NOTHING: Part = { amountMinor: 0n, discountMinor: 0n, wholeMinor: 0n, share: NONE };

/** What a change in mid-period gives back of the line in force (P2, P6); nothing in arrears (P8). */
export function creditOfRest(period: BilledPeriod, at: Temporal.Instant, measure: Measure): Part {
  if (period.lineNet === undefined || period.lineFromAt === undefined || !period.canBeCredited)
    return NOTHING;
  const { credit: share } = changeShares(timesOf(period, period.lineFromAt, at), measure);
  return { amountMinor: restOf(period.lineNet, share), discountMinor: 0n, share, wholeMinor: period.lineNet };
}

/** What the rest of the period costs under another package, under the codes that discount it (P2, P11). */
export function chargeForRest(
  plan: Plan,
  period: BilledPeriod,
  at: Temporal.Instant,
  measure: Measure,
): Part {
  if (plan.baseTiming === 'arrears') return NOTHING;
  const { charge: share } = changeShares(timesOf(period, period.startAt, at), measure);
  const amountMinor = shareOf(plan.price, share);
  return {
    amountMinor,
    discountMinor: discountOf(amountMinor, period.discounts, share),
    share,
    wholeMinor: plan.price,
  };
}

/** What is left of the line in force after the day of a cancellation (X2). */
export function creditAfterDay(period: BilledPeriod, dayAfter: Temporal.PlainDate, timeZone: string): Part {
  if (period.lineNet === undefined || period.lineFromAt === undefined || !period.canBeCredited)
    return NOTHING;
  const lineFromOn = period.lineFromAt.toZonedDateTimeISO(timeZone).toPlainDate();
  const share = {
    part: daysBetween(dayAfter, period.endOn),
    whole: daysBetween(lineFromOn, period.endOn),
  };
  return { amountMinor: restOf(period.lineNet, share), discountMinor: 0n, share, wholeMinor: period.lineNet };
}

/** The line of a credit: positive, as on a credit note; `onInvoice` turns it round. */
export function creditLine(
  credit: Part,
  line: {
    readonly plan: Pick<Plan, 'name' | 'currency'>;
    readonly isByDay: boolean;
    readonly period: LocalPeriod;
    readonly chargeKey: string;
  },
): LineDraft {
  return {
    kind: 'proration_credit',
    description: creditText({ ...line.plan, price: credit.wholeMinor }, credit.share, line.isByDay),
    amountMinor: credit.amountMinor,
    discountMinor: 0n,
    period: line.period,
    chargeKey: line.chargeKey,
  };
}

/** The line of the new package, positive, as on an invoice. */
export function chargeLine(
  charge: Part,
  line: {
    readonly plan: Pick<Plan, 'name' | 'currency'>;
    readonly isByDay: boolean;
    readonly period: LocalPeriod;
    readonly chargeKey: string;
  },
): LineDraft {
  return {
    kind: 'proration_charge',
    description: chargeText({ ...line.plan, price: charge.wholeMinor }, charge.share, line.isByDay),
    amountMinor: charge.amountMinor,
    discountMinor: charge.discountMinor,
    period: line.period,
    chargeKey: line.chargeKey,
  };
}

/** The same line on the other kind of document, where its sign is the opposite. */
export function turned(line: LineDraft): LineDraft {
  return { ...line, amountMinor: -line.amountMinor, discountMinor: -line.discountMinor };
}

function timesOf(period: BilledPeriod, lineFromAt: Temporal.Instant, changeAt: Temporal.Instant) {
  return { fullStartAt: period.fullStartAt, lineFromAt, changeAt, endAt: period.endAt };
}
