import { invalid } from '../../kernel/errors.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { currencyDigits } from '../../kernel/money.ts';
import { formatRate, isRateAbove, parseRate } from '../../kernel/rate.ts';
import type { AuditImage } from '../../platform/identity/audit.ts';
import type { PromotionDuration } from './promotion.ts';

/** What an operator says about a discount code (billing-rules section 9). */
export interface NewPromotion {
  readonly code: string;
  readonly type: 'percent' | 'fixed';
  /** A percentage as text or number, or whole minor units as a number. */
  readonly value: string | number;
  /** Of a fixed amount; a percentage has none. */
  readonly currency: string;
  readonly duration?: PromotionDuration | undefined;
  /** Base lines a `repeating` code discounts. */
  readonly cycles?: number | undefined;
  readonly validFrom?: Date | undefined;
  readonly validUntil?: Date | undefined;
  readonly maxRedemptions?: number | undefined;
  readonly maxPerCustomer?: number | undefined;
  readonly stackable?: boolean | undefined;
  /** None or left out: all packages. */
  readonly planIds?: readonly PlanId[] | undefined;
}

/** A code as it is kept; `value` is a decimal percentage or whole minor units. */
export interface PromotionTerms {
  readonly code: string;
  readonly type: 'percent' | 'fixed';
  readonly value: string;
  readonly currency: string | undefined;
  readonly duration: PromotionDuration;
  readonly cycles: number | undefined;
  readonly validFrom: Date | undefined;
  readonly validUntil: Date | undefined;
  readonly maxRedemptions: number | undefined;
  readonly maxPerCustomer: number;
  readonly stackable: boolean;
  readonly planIds: readonly PlanId[] | undefined;
}

/** A code with its history. */
export interface KeptPromotion extends PromotionTerms {
  readonly id: string;
  readonly redeemedCount: number;
  readonly version: number;
  readonly createdAt: Date;
}

const COUNT_MAX = 1_000_000_000;

/** Checks a code (D1, D2); throws `validation_failed` with the field. */
export function checkPromotion(input: NewPromotion): PromotionTerms {
  const { type, duration = 'once', validFrom, validUntil } = input;
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u.test(input.code)) {
    throw refused('code', 'up to 40 letters, digits and . _ -');
  }
  if (validFrom !== undefined && validUntil !== undefined && validFrom >= validUntil) {
    throw refused('valid_until', 'later than valid_from');
  }
  const planIds = [...new Set(input.planIds ?? [])];
  return {
    code: input.code,
    type,
    value: type === 'percent' ? percentage(input.value) : amount(input.value),
    currency: type === 'fixed' ? checkedCurrency(input.currency) : undefined,
    duration,
    cycles: cyclesFor(duration, input.cycles),
    validFrom,
    validUntil,
    maxRedemptions: optionalCount('max_redemptions', input.maxRedemptions),
    maxPerCustomer: optionalCount('max_per_customer', input.maxPerCustomer) ?? 1,
    stackable: input.stackable ?? false,
    planIds: planIds.length === 0 ? undefined : planIds,
  };
}

/** What running redemptions rest on; the first that differs, by its name outside. */
export function fixedOnceRedeemed(before: PromotionTerms, after: PromotionTerms): string | undefined {
  const names = ['type', 'value', 'currency', 'duration', 'cycles'] as const;
  return names.find((name) => before[name] !== after[name]);
}

/** A code as the audit log shows it. */
export function promotionImage(one: PromotionTerms): AuditImage {
  return {
    code: one.code,
    type: one.type,
    value: one.value,
    currency: one.currency ?? null,
    duration: one.duration,
    cycles: one.cycles ?? null,
    valid_from: one.validFrom?.toISOString() ?? null,
    valid_until: one.validUntil?.toISOString() ?? null,
    max_redemptions: one.maxRedemptions ?? null,
    max_per_customer: one.maxPerCustomer,
    stackable: one.stackable,
    package_ids: one.planIds ?? null,
  };
}

function percentage(value: string | number): string {
  const rate = parseRate(String(value));
  if (rate === undefined || rate.units === 0n || isRateAbove(rate, 100n)) {
    throw refused('value', 'a percentage above 0 and at most 100, such as "10"');
  }
  return formatRate(rate);
}

function amount(value: string | number): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value);
  throw refused('value', 'a whole number of minor units above 0');
}

function checkedCurrency(currency: string): string {
  currencyDigits(currency);
  return currency;
}

function cyclesFor(duration: PromotionDuration, cycles: number | undefined): number | undefined {
  if (duration === 'repeating') {
    const count = optionalCount('cycles', cycles);
    if (count === undefined) throw refused('cycles', 'the number of base lines a repeating code discounts');
    return count;
  }
  if (cycles !== undefined) throw refused('cycles', 'left out: only a repeating code has cycles');
  return undefined;
}

function optionalCount(field: string, value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= 1 && value <= COUNT_MAX) return value;
  throw refused(field, 'a whole number of at least 1');
}

function refused(field: string, allowed: string): Error {
  return invalid(`The ${field} of a promotion must be ${allowed}.`, { [field]: `must be ${allowed}` });
}
