import type { Queryable } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Actor } from '../platform/identity/actor.ts';
import { readSettings } from '../platform/settings/setting.store.ts';
import { type BillingContext, billingContext } from './billing-context.ts';

/** The context of this moment; `clock` is the business clock. */
export async function readBillingContext(q: Queryable, clock: Clock, actor: Actor): Promise<BillingContext> {
  return billingContext({ settings: await readSettings(q), now: clock.now(), actor });
}
