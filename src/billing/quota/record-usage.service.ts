import type { Transaction } from '../../db/database.ts';
import { requireService } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';
import type { TaskEffect, TaskReport } from '../task.ts';
import type { TaskDeps, TaskOptions } from '../task-deps.service.ts';
import { runItems } from '../task-run.service.ts';
import { type MissedQuota, missedQuotas } from './missed-quota.store.ts';
import { reviewQuota } from './quota-review.service.ts';

/**
 * Makes good what nobody saw when it happened: alerts not raised, a FUP rate or a data cap not in force or still in force
 * (billing-rules F1 to F5). The octets themselves are counted with each report and need no run.
 */
export function recordMissedUsage(deps: TaskDeps, options: TaskOptions): Promise<TaskReport> {
  return runItems<MissedQuota>(deps, options, {
    name: 'record-usage',
    outcomes: ['alerted', 'throttled', 'blocked', 'restored'],
    page: (ctx, page) => missedQuotas(deps.db, { now: ctx.now, ...page }),
    idOf: ({ id }) => id,
    subjectOf: ({ id }) => ({ kind: 'service', id }),
    handle: makeGood,
  });
}

async function makeGood(
  tx: Transaction,
  ctx: BillingContext,
  { id, username }: MissedQuota,
): Promise<readonly TaskEffect[]> {
  const before = await requireService(tx, { id });
  if (before.status === 'cancelled') return [];
  const { raised, service } = await reviewQuota(tx, ctx, id);
  const outcomes = raised.map((): string => 'alerted');
  if (service.stateVersion !== before.stateVersion) outcomes.push(stateOutcome(service.status));
  return outcomes.map((outcome) => ({ outcome, subject: { kind: 'service', id }, label: username }));
}

function stateOutcome(status: string): string {
  if (status === 'throttled') return 'throttled';
  return status === 'suspended' ? 'blocked' : 'restored';
}
