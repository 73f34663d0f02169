import type { Transaction } from '../../db/database.ts';
import { serviceEvent } from '../../platform/events/event.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { actorLabel } from '../../platform/identity/actor.ts';
import { appendServiceLog } from '../../subscribers/service-log.store.ts';
import type { BillingContext } from '../billing-context.ts';
import type { BilledService } from './billing-facts.ts';
import { cancelService } from './ending.store.ts';

/** Cancels a service whose row is locked, which is final: sessions end, nothing is billed again (section 13). */
export async function endService(
  tx: Transaction,
  ctx: BillingContext,
  service: Pick<BilledService, 'id'>,
): Promise<void> {
  await cancelService(tx, service.id, ctx.now);
  await appendServiceLog(tx, { serviceId: service.id, action: 'cancelled', actor: actorLabel(ctx.actor) });
  await recordEvent(tx, serviceEvent('service.cancelled', service.id));
}
