import type { Temporal } from 'temporal-polyfill';
import { smaller } from '../../kernel/rounding.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import { daysBetween, localDate } from '../../subscribers/period.ts';
import type { BillingFacts } from '../cycles/billing-facts.ts';
import { itemLines } from '../cycles/boundary.ts';
import { setupLines } from '../cycles/closing.ts';
import type { LineDraft, LocalPeriod } from '../invoices/invoice-draft.ts';
import { discountOf } from '../promotions/discount.ts';
import { type Share, WHOLE } from '../rating/share.ts';

/** A period to be bought. */
export interface PeriodToBuy {
  readonly seq: number;
  readonly plan: Plan;
  readonly startAt: Temporal.Instant;
  readonly endAt: Temporal.Instant;
}

/** The dates documents name it by; at least one day, however few hours it has. */
export function datesOfPeriod(
  { startAt, endAt }: Pick<PeriodToBuy, 'startAt' | 'endAt'>,
  timeZone: string,
): LocalPeriod {
  const startOn = localDate(startAt, timeZone);
  const endOn = localDate(endAt, timeZone);
  return { startOn, endOn: endOn.equals(startOn) ? startOn.add({ days: 1 }) : endOn };
}

/** What buying a period costs: base less discounts, the set-up fee once, pending items (billing-rules Q1, D2, T2, T4). */
export function purchaseLines(
  facts: BillingFacts,
  bought: PeriodToBuy,
  { dates, isSetUp }: { readonly dates: LocalPeriod; readonly isSetUp: boolean },
): { lines: LineDraft[]; baseNetMinor: bigint } {
  const { plan, seq } = bought;
  const discountMinor = discountOf(plan.price, facts.discounts, WHOLE);
  const base: LineDraft = {
    kind: 'base',
    description: plan.name,
    amountMinor: plan.price,
    discountMinor,
    period: dates,
    chargeKey: `prepaid:${facts.service.id}:${seq}`,
  };
  const setups = isSetUp ? [] : setupLines(facts, plan.setupFee);
  return {
    lines: [...(plan.price > 0n ? [base] : []), ...setups, ...itemLines(facts.items)],
    baseNetMinor: plan.price - discountMinor,
  };
}

/** The part of a period that is not used yet, by real time (Q8); all of it before the period begins. */
export function unusedShare(
  { startAt, endAt }: Pick<PeriodToBuy, 'startAt' | 'endAt'>,
  now: Temporal.Instant,
): Share {
  const [startMs, endMs] = [startAt.epochMilliseconds, endAt.epochMilliseconds];
  const leftMs = Math.max(endMs - Math.max(now.epochMilliseconds, startMs), 0);
  return { part: BigInt(leftMs), whole: BigInt(endMs - startMs) };
}

/** The days of a period after that of a cancellation (X2); all of them before the period begins. */
export function shareAfterDay({ startOn, endOn }: LocalPeriod, dayAfter: Temporal.PlainDate): Share {
  const whole = daysBetween(startOn, endOn);
  const left = daysBetween(dayAfter, endOn);
  return { part: left < 0n ? 0n : smaller(left, whole), whole };
}
