import type { Temporal } from 'temporal-polyfill';
import type { ServiceId } from '../kernel/ids.ts';
import type { Actor } from '../platform/identity/actor.ts';
import type { Settings } from '../platform/settings/setting.ts';

/** What every use case of billing is told: the settings in force, the time, and who acts. */
export interface BillingContext {
  readonly settings: Settings;
  readonly now: Temporal.Instant;
  /** For the audit log, and as `actorLabel` for the log of a service; a job is a `system` actor of its name. */
  readonly actor: Actor;
  /** The local date of `now` in the billing time zone (billing-rules C1). */
  readonly today: Temporal.PlainDate;
  /** Services whose hold this use case lifted: they are billed again before it ends (S3, S4). */
  readonly resumed: Set<ServiceId>;
}

/** A context of one moment. */
export function billingContext(parts: {
  readonly settings: Settings;
  readonly now: Temporal.Instant;
  readonly actor: Actor;
}): BillingContext {
  const { settings, now } = parts;
  const today = now.toZonedDateTimeISO(settings.isp_timezone).toPlainDate();
  return { ...parts, today, resumed: new Set() };
}
