import type { Database, Transaction } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Actor } from '../platform/identity/actor.ts';
import { readBillingContext } from './billing-context.service.ts';
import type { BillingContext } from './billing-context.ts';
import { resumeBilling } from './cycles/resume-billing.service.ts';

/** What use cases of billing are called with; `clock` is the business clock. */
export interface BillingDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * Runs one use case in a transaction of its own, with the context of this moment. A service that it brought back from
 * a suspension that was not billed is billed from today on in the same transaction (S4).
 */
export function inBilling<T>(
  deps: BillingDeps,
  actor: Actor,
  work: (tx: Transaction, ctx: BillingContext) => Promise<T>,
): Promise<T> {
  return deps.db.transaction(async (tx) => {
    const ctx = await readBillingContext(tx, deps.clock, actor);
    return withResumed(tx, ctx, () => work(tx, ctx));
  });
}

/** Does a piece of work and bills again, in its transaction, what it brought back (S4). */
export async function withResumed<T>(
  tx: Transaction,
  ctx: BillingContext,
  work: () => Promise<T>,
): Promise<T> {
  ctx.resumed.clear();
  const done = await work();
  for (const id of ctx.resumed) await resumeBilling(tx, ctx, id);
  return done;
}
