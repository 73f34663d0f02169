import { isConnectionLoss } from '../db/constraint-errors.ts';
import type { Transaction } from '../db/database.ts';
import { rehearse } from '../db/rehearsal.ts';
import { AppError } from '../kernel/errors.ts';
import { readBillingContext } from './billing-context.service.ts';
import type { BillingContext } from './billing-context.ts';
import { type TaskEffect, type TaskReport, type TaskSubject, TaskTally } from './task.ts';
import type { TaskDeps, TaskOptions } from './task-deps.service.ts';
import { withResumed } from './use-case.service.ts';

/** Work over many items, each in a transaction of its own, so that it can stop anywhere and be run again. */
export interface ItemTask<Item> {
  readonly name: string;
  readonly outcomes: readonly string[];
  /** The next items by rising id. */
  page(
    ctx: BillingContext,
    page: { readonly afterId: string; readonly limit: number },
  ): Promise<readonly Item[]>;
  idOf(item: Item): string;
  subjectOf(item: Item): TaskSubject;
  /** Looks again under the lock whether there is anything to do: somebody else may have done it. */
  handle(tx: Transaction, ctx: BillingContext, item: Item): Promise<readonly TaskEffect[]>;
}

const pageSize = 500;
const INTERNAL = { code: 'internal', message: 'It failed in a way nobody foresaw; the log has the rest.' };

/** Runs a task to its end, or until it is stopped. A failing item is reported; a lost database ends the run. */
export async function runItems<Item>(
  deps: TaskDeps,
  options: TaskOptions,
  task: ItemTask<Item>,
): Promise<TaskReport> {
  const ctx = await readBillingContext(deps.db, deps.clock, options.actor);
  const tally = new TaskTally(task.outcomes);
  let afterId = '0';
  for (;;) {
    const items = await task.page(ctx, { afterId, limit: pageSize });
    for (const item of items) {
      options.signal?.throwIfAborted();
      await runItem(deps, options, task, { ctx, item, tally });
    }
    const last = items.at(-1);
    if (last === undefined || items.length < pageSize) return tally.report();
    afterId = task.idOf(last);
  }
}

async function runItem<Item>(
  deps: TaskDeps,
  options: TaskOptions,
  task: ItemTask<Item>,
  { ctx, item, tally }: { ctx: BillingContext; item: Item; tally: TaskTally },
): Promise<void> {
  try {
    const work = (tx: Transaction) => withResumed(tx, ctx, () => task.handle(tx, ctx, item));
    tally.add(options.isDryRun ? await rehearse(deps.db, work) : await deps.db.transaction(work));
  } catch (error) {
    if (isConnectionLoss(error)) throw error;
    const subject = task.subjectOf(item);
    // What went wrong inside is for the log alone: it may name anything.
    const { code, message } = error instanceof AppError ? error : INTERNAL;
    tally.fail({ subject, code, message });
    deps.logger.error({ event: 'billing.task_item_failed', task: task.name, subject, err: error });
  }
}
