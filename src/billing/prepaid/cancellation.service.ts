import type { Database, Transaction } from '../../db/database.ts';
import { rehearse } from '../../db/rehearsal.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import { conflict } from '../../kernel/errors.ts';
import { localDate } from '../../subscribers/period.ts';
import { recordChange } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';
import { openAccount } from '../cycles/account.service.ts';
import { type CancelOrder, type CancelOutcome, cancelService } from '../cycles/cancellation.service.ts';
import { endService } from '../cycles/ending.service.ts';
import { cancelAtPeriodEnd } from '../cycles/ending.store.ts';
import { NONE } from '../rating/share.ts';
import { billLastItems } from './last-items.service.ts';
import { openPrepaid } from './purchase.service.ts';
import { datesOfPeriod, shareAfterDay } from './purchase-lines.ts';
import { expiryOf } from './renewal.service.ts';
import { creditUnused, unusedPeriods } from './unused-credit.service.ts';

/** Ends a service as its model has it (X1 to X3). Throws `service_not_found` and `already_cancelled`. */
export async function cancelAny(
  tx: Transaction,
  ctx: BillingContext,
  order: CancelOrder,
): Promise<CancelOutcome> {
  const { plan, service } = await openAccount(tx, ctx, order.serviceId);
  const isPrepaid = plan.model === 'prepaid' && service.status !== 'cancelled';
  return isPrepaid ? cancelPrepaid(tx, ctx, order) : cancelService(tx, ctx, order);
}

/** What a cancellation would bring; nothing is kept. */
export function previewAnyCancellation(
  db: Database,
  ctx: BillingContext,
  order: CancelOrder,
): Promise<CancelOutcome> {
  return rehearse(db, (tx) => cancelAny(tx, ctx, order));
}

/** At the end of its validity `expire-prepaid` ends it (X1); now, what is paid for the days after today goes back, and what waits is billed (X2). */
async function cancelPrepaid(
  tx: Transaction,
  ctx: BillingContext,
  order: CancelOrder,
): Promise<CancelOutcome> {
  const { facts, service } = await openPrepaid(tx, ctx, { id: order.serviceId });
  const { isp_timezone: timeZone } = ctx.settings;
  const expiresAt = expiryOf(service);
  const isRunning = expiresAt !== undefined && expiresAt.epochMilliseconds > ctx.now.epochMilliseconds;
  if (order.when === 'period_end' && isRunning) {
    const endsOn = localDate(expiresAt, timeZone);
    if (service.cancelAtEnd)
      throw conflict('already_cancelled', `'${service.username}' ends on ${endsOn} already.`);
    await cancelAtPeriodEnd(tx, service.id);
    const detail = { on: endsOn.toString() };
    await recordChange(tx, ctx.actor, service, {
      patch: {},
      action: 'cancellation_planned',
      topics: [],
      detail,
    });
    return { endsOn, creditNote: undefined, invoice: undefined };
  }
  const dayAfter = ctx.today.add({ days: 1 });
  const at = startOfDay(dayAfter, timeZone);
  const isProrated = order.isProrated ?? true;
  const unused = await unusedPeriods(tx, ctx, service.id, (period) =>
    isProrated ? shareAfterDay(datesOfPeriod(period, timeZone), dayAfter) : NONE,
  );
  const creditNote = await creditUnused(tx, ctx, unused, {
    at,
    chargeKey: `final:${service.id}`,
    planName: facts.plan.name,
  });
  const invoice = await billLastItems(tx, ctx, facts, { kind: 'final', endOn: dayAfter });
  await endService(tx, ctx, service);
  return { endsOn: dayAfter, creditNote, invoice };
}
