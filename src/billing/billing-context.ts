import type { Temporal } from 'temporal-polyfill';
import type { Settings } from '../platform/settings/setting.ts';

/** What every use case of billing is told: the settings in force, the time, and who acts. */
export interface BillingContext {
  readonly settings: Settings;
  readonly now: Temporal.Instant;
  /** For logs: `cli:root`, `job:suspend-unpaid`. */
  readonly actor: string;
  /** The local date of `now` in the billing time zone (billing-rules C1). */
  readonly today: Temporal.PlainDate;
}

/** A context of one moment. */
export function billingContext(parts: {
  readonly settings: Settings;
  readonly now: Temporal.Instant;
  readonly actor: string;
}): BillingContext {
  const { settings, now } = parts;
  return { ...parts, today: now.toZonedDateTimeISO(settings.isp_timezone).toPlainDate() };
}
