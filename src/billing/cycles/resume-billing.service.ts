import type { Transaction } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import type { BillingContext } from '../billing-context.ts';
import { openAccount } from './account.service.ts';
import { billDueBoundaries } from './invoice-run.service.ts';

/**
 * Begins the stub of a service that came back from a suspension during which it is not billed (S4), after the
 * boundaries it missed; nothing for any other service. The run does the same for one that was missed.
 */
export async function resumeBilling(tx: Transaction, ctx: BillingContext, id: ServiceId): Promise<void> {
  const { service } = await openAccount(tx, ctx, id);
  if (service.nextBillingOn !== undefined && ctx.settings.bill_while_suspended) return;
  await billDueBoundaries(tx, ctx, id);
}
