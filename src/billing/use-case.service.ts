import type { Database, Transaction } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Actor } from '../platform/identity/actor.ts';
import { readBillingContext } from './billing-context.service.ts';
import type { BillingContext } from './billing-context.ts';

/** What use cases of billing are called with; `clock` is the business clock. */
export interface BillingDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** Runs one use case in a transaction of its own, with the context of this moment. */
export function inBilling<T>(
  deps: BillingDeps,
  actor: Actor,
  work: (tx: Transaction, ctx: BillingContext) => Promise<T>,
): Promise<T> {
  return deps.db.transaction(async (tx) => work(tx, await readBillingContext(tx, deps.clock, actor)));
}
