import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { billingContext } from '../../../src/billing/billing-context.ts';
import { defaultSettings } from '../../../src/platform/settings/setting.ts';
import { testActor } from '../../support/actor.ts';

it.each([
  ['UTC', '2025-04-15T23:59:59Z', '2025-04-15'],
  ['Africa/Nairobi', '2025-04-15T20:59:59Z', '2025-04-15'],
  ['Africa/Nairobi', '2025-04-15T21:00:00Z', '2025-04-16'],
  ['America/New_York', '2025-04-16T03:59:59Z', '2025-04-15'],
])('today in %s at %s is %s (billing-rules C1)', (isp_timezone, now, today) => {
  const settings = { ...defaultSettings(), isp_timezone };
  const ctx = billingContext({ settings, now: Temporal.Instant.from(now), actor: testActor });
  expect(ctx.today.toString()).toBe(today);
});
