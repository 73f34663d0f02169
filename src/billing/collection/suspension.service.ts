import type { Transaction } from '../../db/database.ts';
import { placeHold } from '../../subscribers/services/holding.service.ts';
import { lockService } from '../../subscribers/services/service.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { lockAccount } from '../receivables/account.store.ts';
import { reactivatePaid } from '../receivables/reactivation.service.ts';
import { heldButPaidPage } from '../receivables/reactivation.store.ts';
import type { TaskEffect, TaskReport } from '../task.ts';
import type { TaskDeps, TaskOptions } from '../task-deps.service.ts';
import { runItems } from '../task-run.service.ts';
import { type SuspensionCandidate, suspensionCandidates } from './suspension.store.ts';

/**
 * Holds services with invoices that are overdue for `isp_suspension_days` (billing-rules S1, S2). The events make the
 * network follow.
 */
export function suspendUnpaid(deps: TaskDeps, options: TaskOptions): Promise<TaskReport> {
  return runItems<SuspensionCandidate>(deps, options, {
    name: 'suspend-unpaid',
    outcomes: ['suspended'],
    page: (ctx, page) => suspensionCandidates(deps.db, { dueBy: dueBy(ctx), ...page }),
    idOf: (candidate) => candidate.serviceId,
    subjectOf: (candidate) => ({ kind: 'service', id: candidate.serviceId }),
    handle: suspend,
  });
}

/** Lifts what a payment should have lifted already (S3): invoices may also have become due later by a changed setting. */
export function reactivatePaidServices(deps: TaskDeps, options: TaskOptions): Promise<TaskReport> {
  return runItems(deps, options, {
    name: 'reactivate-paid',
    outcomes: ['reactivated'],
    page: (ctx, page) => heldButPaidPage(deps.db, { today: ctx.today, ...page }),
    idOf: (held) => held.serviceId,
    subjectOf: (held) => ({ kind: 'service', id: held.serviceId }),
    handle: async (tx, ctx, held) => {
      await lockAccount(tx, held.customerId);
      const lifted = await reactivatePaid(tx, ctx, held.customerId, held.serviceId);
      const subject = { kind: 'service' as const, id: held.serviceId };
      return lifted.map(() => ({ outcome: 'reactivated', subject, label: held.username }));
    },
  });
}

async function suspend(
  tx: Transaction,
  ctx: BillingContext,
  candidate: SuspensionCandidate,
): Promise<readonly TaskEffect[]> {
  await lockAccount(tx, candidate.customerId);
  const { serviceId } = candidate;
  const service = await lockService(tx, { id: serviceId });
  const [still] = await suspensionCandidates(tx, { dueBy: dueBy(ctx), serviceId, afterId: '0', limit: 1 });
  if (service === undefined || still === undefined) return [];
  const at = new Date(ctx.now.epochMilliseconds);
  const note = `${still.overdueMinor} ${still.currency} overdue`;
  await placeHold(tx, { service, cause: 'nonpayment', actor: ctx.actor, at, note });
  return [
    {
      outcome: 'suspended',
      subject: { kind: 'service', id: serviceId },
      label: service.username,
      amountMinor: still.overdueMinor,
      currency: still.currency,
    },
  ];
}

function dueBy(ctx: BillingContext) {
  return ctx.today.subtract({ days: ctx.settings.isp_suspension_days });
}
