import { isConnectionLoss } from '../../db/constraint-errors.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { rehearse } from '../../db/rehearsal.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { readBillingContext } from '../billing-context.service.ts';
import type { BillingContext } from '../billing-context.ts';
import type { IssuedInvoice } from '../invoices/issue.service.ts';
import { type TaskEffect, type TaskReport, type TaskSubject, TaskTally } from '../task.ts';
import type { TaskDeps, TaskOptions } from '../task-deps.service.ts';
import { openAccount, PlanBook } from './account.service.ts';
import { billBoundary, dueBoundary, isAhead } from './boundary.service.ts';
import { dueServices } from './due-services.store.ts';

const pageSize = 500;
/** A service without a boundary for ten years of daily billing is a bug, not a backlog. */
const boundariesMax = 4_000;
const INTERNAL = { code: 'internal', message: 'It failed in a way nobody foresaw; the log has the rest.' };

/**
 * Bills every boundary that is due, service by service in the order of their ids, each boundary in a transaction of
 * its own (R1 to R3). Safe to run twice at once and to kill anywhere: what is done is skipped. A service that fails
 * is reported and does not stop the others (R6). A dry run works the same way and keeps nothing.
 */
export async function generateInvoices(deps: TaskDeps, options: TaskOptions): Promise<TaskReport> {
  const ctx = await readBillingContext(deps.db, deps.clock, options.actor);
  const tally = new TaskTally(['invoiced', 'nothing_owed']);
  let after: ServiceId | undefined;
  for (;;) {
    const page = await dueServices(deps.db, { today: ctx.today, after, limit: pageSize });
    const plans = new PlanBook();
    for (const id of page) {
      options.signal?.throwIfAborted();
      await billOne(deps, options, { ctx, id, plans, tally });
    }
    after = page.at(-1);
    if (page.length < pageSize) return tally.report();
  }
}

async function billOne(
  deps: TaskDeps,
  options: TaskOptions,
  { ctx, id, plans, tally }: { ctx: BillingContext; id: ServiceId; plans: PlanBook; tally: TaskTally },
): Promise<void> {
  const work = options.isDryRun ? rehearseService : billService;
  const subject = { kind: 'service', id } as const;
  try {
    await work(deps.db, ctx, id, plans, (billed) => tally.add([effectOf(subject, billed)]));
  } catch (error) {
    // Without a database every service would fail: the run ends, and is done again.
    if (isConnectionLoss(error)) throw error;
    const { code, message } = error instanceof AppError ? error : INTERNAL;
    tally.fail({ subject, code, message });
    deps.logger.error({ event: 'billing.task_item_failed', task: 'generate-invoices', subject, err: error });
  }
}

function effectOf(subject: TaskSubject, { currency, username, invoice }: BilledBoundary): TaskEffect {
  if (invoice === undefined) return { outcome: 'nothing_owed', subject, label: username };
  return { outcome: 'invoiced', subject, label: invoice.number, amountMinor: invoice.totalMinor, currency };
}

/** What billing a service came to; an invoice is missing where nothing was owed (I5). */
export interface BilledBoundary {
  /** No boundary after it is due. */
  readonly isLast: boolean;
  readonly username: string;
  readonly currency: string;
  readonly invoice: IssuedInvoice | undefined;
}

/** Bills all due boundaries of one service, oldest first, each in a transaction of its own (R3). */
export async function billService(
  db: Database,
  ctx: BillingContext,
  id: ServiceId,
  plans = new PlanBook(),
  note: (billed: BilledBoundary) => void = () => undefined,
): Promise<BilledBoundary[]> {
  const billed: BilledBoundary[] = [];
  while (billed.length < boundariesMax) {
    const one = await db.transaction((tx) => billNext(tx, ctx, id, plans));
    if (one === undefined) return billed;
    note(one);
    billed.push(one);
    if (one.isLast) return billed;
  }
  return billed;
}

/** All due boundaries of one service in the caller's transaction. */
export async function billDueBoundaries(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
  plans = new PlanBook(),
): Promise<BilledBoundary[]> {
  const billed: BilledBoundary[] = [];
  while (billed.length < boundariesMax) {
    const one = await billNext(tx, ctx, id, plans);
    if (one === undefined) return billed;
    billed.push(one);
    if (one.isLast) return billed;
  }
  return billed;
}

async function rehearseService(
  db: Database,
  ctx: BillingContext,
  id: ServiceId,
  plans: PlanBook,
  note: (billed: BilledBoundary) => void,
): Promise<void> {
  const billed = await rehearse(db, (tx) => billDueBoundaries(tx, ctx, id, plans));
  billed.forEach(note);
}

async function billNext(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
  plans: PlanBook,
): Promise<BilledBoundary | undefined> {
  const facts = await openAccount(tx, ctx, id, plans);
  const on = dueBoundary(facts, ctx);
  if (on === undefined) return undefined;
  const { username } = facts.service;
  const { invoice, nextOn } = await billBoundary(tx, ctx, facts, on);
  // Where no period followed, a stub may: that of a service which is held no more (S4).
  const isLast = nextOn !== undefined && isAhead(nextOn, ctx);
  return { username, currency: facts.plan.currency, invoice, isLast };
}
