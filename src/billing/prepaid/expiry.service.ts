import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import { localDate } from '../../subscribers/period.ts';
import { liftHold, standingHolds } from '../../subscribers/services/hold.store.ts';
import { statusPatch } from '../../subscribers/services/holding.service.ts';
import { recordChange } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';
import { setPackage } from '../cycles/change.store.ts';
import { endService } from '../cycles/ending.service.ts';
import { reviewAccess } from '../quota/access.service.ts';
import type { TaskEffect, TaskReport } from '../task.ts';
import type { TaskDeps, TaskOptions } from '../task-deps.service.ts';
import { runItems } from '../task-run.service.ts';
import { billLastItems } from './last-items.service.ts';
import { autoRenewStart } from './period-start.ts';
import { closeEnded } from './prepaid-period.store.ts';
import { openPrepaid, type PrepaidAccount, tryPurchase } from './purchase.service.ts';
import { expiryOf, planToBuy } from './renewal.service.ts';
import { runningPeriod, setPeriod } from './running-period.store.ts';
import { type EndedPeriod, endedPeriods } from './waiting.store.ts';

/**
 * Ends prepaid services at the end of their validity, or buys again for those that renew themselves (billing-rules Q3,
 * Q5), and begins periods that were bought for later. The login looks at the instant itself.
 */
export function expirePrepaid(deps: TaskDeps, options: TaskOptions): Promise<TaskReport> {
  return runItems<EndedPeriod>(deps, options, {
    name: 'expire-prepaid',
    outcomes: ['expired', 'renewed', 'begun', 'cancelled'],
    page: (ctx, page) => endedPeriods(deps.db, { now: ctx.now, ...page }),
    idOf: ({ id }) => id,
    subjectOf: ({ id }) => ({ kind: 'service', id }),
    handle: async (tx, ctx, { id }) => {
      const account = await openPrepaid(tx, ctx, { id });
      const [still] = await endedPeriods(tx, { now: ctx.now, afterId: '0', limit: 1, only: id });
      const effect = still && (await end(tx, ctx, account));
      const subject = { kind: 'service' as const, id };
      return effect === undefined ? [] : [{ ...effect, subject, label: account.service.username }];
    },
  });
}

type Effect = Pick<TaskEffect, 'outcome' | 'amountMinor' | 'currency'>;

async function end(
  tx: Transaction,
  ctx: BillingContext,
  account: PrepaidAccount,
): Promise<Effect | undefined> {
  const { service } = account;
  const expiresAt = expiryOf(service);
  if (expiresAt === undefined) return undefined;
  await closeEnded(tx, service.id, ctx.now);
  if (Temporal.Instant.compare(expiresAt, ctx.now) > 0) {
    await beginNext(tx, ctx, account);
    return { outcome: 'begun' };
  }
  if (service.cancelAtEnd) {
    const endOn = localDate(expiresAt, ctx.settings.isp_timezone);
    await billLastItems(tx, ctx, account.facts, { kind: 'cycle', endOn });
    await endService(tx, ctx, service);
    return { outcome: 'cancelled' };
  }
  if (service.autoRenew) {
    const order = { plan: planToBuy(account), start: autoRenewStart(ctx.now, expiresAt) };
    const attempt = await tryPurchase(tx, ctx, account, order);
    if (attempt.isBought) {
      const amountMinor = attempt.purchase.invoice?.totalMinor ?? 0n;
      return { outcome: 'renewed', amountMinor, currency: order.plan.currency };
    }
  }
  const at = new Date(ctx.now.epochMilliseconds);
  const holds = await standingHolds(tx, service.id);
  // A data cap holds for a period (F5), and there is none any more; what somebody suspended stays so.
  if (holds.delete('data_cap'))
    await liftHold(tx, { serviceId: service.id, cause: 'data_cap', liftedAt: at });
  if (holds.size > 0) return undefined;
  await recordChange(tx, ctx.actor, service, {
    patch: await statusPatch(tx, service, holds, at),
    action: 'expired',
    topics: ['service.expired'],
    detail: { at: expiresAt.toString() },
  });
  return { outcome: 'expired' };
}

/** The next paid period begins: zero usage, full speed, no data cap, and its own package (F3, F5). */
async function beginNext(
  tx: Transaction,
  ctx: BillingContext,
  { facts, service }: PrepaidAccount,
): Promise<void> {
  const running = await runningPeriod(tx, service.id, ctx.now);
  if (running === undefined) return;
  const isChanged = running.planId !== facts.service.planId;
  if (isChanged) await setPackage(tx, service.id, running.planId);
  await setPeriod(tx, service.id, running);
  await reviewAccess(tx, ctx, service.id, isChanged);
}
