import type { Temporal } from 'temporal-polyfill';
import { percentOf } from '../../kernel/rate.ts';
import { smaller } from '../../kernel/rounding.ts';
import type { Settings } from '../../platform/settings/setting.ts';
import { storedRate } from '../tax.ts';

/** The fee on an overdue invoice: a part of its basis, at most its balance (billing-rules L2). */
export function lateFeeMinor(
  settings: Settings,
  invoice: { readonly totalMinor: bigint; readonly balanceMinor: bigint },
): bigint {
  const basisMinor = settings.late_fee_basis === 'outstanding' ? invoice.balanceMinor : invoice.totalMinor;
  return smaller(percentOf(storedRate(settings.isp_late_fee_percent), basisMinor), invoice.balanceMinor);
}

/** What makes a fee once: once ever, or once in a calendar month of the run (L3, L4). */
export function lateFeeKey(settings: Settings, today: Temporal.PlainDate): string {
  return settings.late_fee_mode === 'once' ? 'once' : today.toPlainYearMonth().toString();
}

/** Whether the marks an invoice has leave room for a fee (L3, L4). */
export function mayCharge(settings: Settings, marks: readonly string[], key: string): boolean {
  return settings.late_fee_mode === 'once' ? marks.length === 0 : !marks.includes(key);
}

/** Invoices due before this date are overdue by more than the days of grace (L1, L5). */
export function feeCutOff(settings: Settings, today: Temporal.PlainDate): Temporal.PlainDate {
  return today.subtract({ days: settings.late_fee_grace_days });
}
