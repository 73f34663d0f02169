import { Temporal } from 'temporal-polyfill';
import { type AppError, conflict, invalid } from '../../kernel/errors.ts';
import type { CustomerId, PlanId, ServiceId } from '../../kernel/ids.ts';

export const VOUCHER_TYPES = ['credit', 'package'] as const;

/** What a voucher is worth: money for the wallet, or a free period of a package (billing-rules Q7). */
export type VoucherWorth =
  | { readonly type: 'credit'; readonly valueMinor: bigint; readonly currency: string }
  | { readonly type: 'package'; readonly planId: PlanId };

/** A voucher as it is kept. */
export interface Voucher {
  readonly id: string;
  readonly worth: VoucherWorth;
  readonly batchId: string | undefined;
  readonly expiresAt: Temporal.Instant | undefined;
  readonly usedAt: Temporal.Instant | undefined;
  readonly usedBy: CustomerId | undefined;
  readonly usedServiceId: ServiceId | undefined;
  readonly createdAt: Temporal.Instant;
}

/** What an operator says of a new voucher. */
export interface NewVoucher {
  readonly type: VoucherWorth['type'];
  readonly valueMinor?: bigint | undefined;
  readonly currency: string;
  readonly planId?: PlanId | undefined;
  readonly expiresAt?: Temporal.Instant | undefined;
}

/** The worth of a new voucher; throws `validation_failed`. */
export function checkWorth({ type, valueMinor, currency, planId }: NewVoucher): VoucherWorth {
  if (type === 'credit') {
    if (planId !== undefined)
      throw invalid('A credit voucher has no package.', { package_id: 'leave it out' });
    if (valueMinor !== undefined && valueMinor > 0n) return { type, valueMinor, currency };
    throw invalid('A credit voucher needs a value above 0.', { value: 'must be above 0' });
  }
  if (valueMinor !== undefined) throw invalid('A package voucher has no value.', { value: 'leave it out' });
  if (planId !== undefined) return { type, planId };
  throw invalid('A package voucher needs the package it is for.', { package_id: 'must be given' });
}

/** Why a voucher cannot be used now, if so: used is looked at before expired (Q7). */
export function voucherRefusal(
  voucher: Pick<Voucher, 'usedAt' | 'expiresAt'>,
  now: Temporal.Instant,
): AppError | undefined {
  if (voucher.usedAt !== undefined) return conflict('voucher_used', 'This voucher has been used already.');
  const { expiresAt } = voucher;
  if (expiresAt === undefined || Temporal.Instant.compare(now, expiresAt) < 0) return undefined;
  return conflict('voucher_expired', `This voucher expired at ${expiresAt}.`);
}
