import { Temporal } from 'temporal-polyfill';
import type { Database, Transaction } from '../../db/database.ts';
import { invalid } from '../../kernel/errors.ts';
import type { InvoiceId } from '../../kernel/ids.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { lockInvoice } from '../invoices/credit-note.service.ts';
import type { Invoice } from '../invoices/invoice.ts';
import { daysOverdue } from '../receivables/invoice-status.ts';
import type { TaskEffect, TaskReport } from '../task.ts';
import type { TaskDeps, TaskOptions } from '../task-deps.service.ts';
import { runItems } from '../task-run.service.ts';
import {
  contactOf,
  loggedReminders,
  logReminders,
  markReminderFailed,
  type ReminderCandidate,
  reminderCandidates,
  setHold,
} from './dunning.store.ts';
import { planReminder, type ReminderPlan, type ReminderStatus, reminderChannel } from './dunning.ts';

/**
 * Sends the reminders that are due (billing-rules N1 to N5). Sent means that the event is recorded: whoever delivers
 * messages takes it from there.
 */
export function sendReminders(deps: TaskDeps, options: TaskOptions): Promise<TaskReport> {
  return runItems<ReminderCandidate>(deps, options, {
    name: 'send-reminders',
    outcomes: ['sent', 'skipped'],
    page: (ctx, page) => {
      const { dunning_courtesy_days: courtesyDays, dunning_schedule: schedule } = ctx.settings;
      const daysAhead = courtesyDays > 0 ? courtesyDays : -(schedule[0] ?? 1);
      const dueBy = ctx.today.add({ days: daysAhead });
      return reminderCandidates(deps.db, { dueBy, today: ctx.today, ...page });
    },
    idOf: (candidate) => candidate.id,
    subjectOf: (candidate) => ({ kind: 'invoice', id: candidate.id }),
    handle: async (tx, ctx, candidate) => {
      const dueOn = Temporal.PlainDate.from(candidate.dueDate);
      if (planFor(ctx, dueOn, candidate.logged).send === undefined) return [];
      return remind(tx, ctx, candidate.id);
    },
  });
}

/** Lets reminders of an invoice wait until a local date (a promise to pay, N4), or with undefined go on. */
export async function holdReminders(
  tx: Transaction,
  ctx: BillingContext,
  order: { readonly invoiceId: InvoiceId; readonly until: Temporal.PlainDate | undefined },
): Promise<void> {
  const { invoiceId, until } = order;
  const invoice = await lockInvoice(tx, invoiceId);
  if (until !== undefined && Temporal.PlainDate.compare(until, ctx.today) <= 0)
    throw invalid('A hold ends on a day to come.', { until: 'must be after today' });
  await setHold(tx, invoiceId, until);
  await recordAudit(tx, {
    actor: ctx.actor,
    action: 'invoice.reminders_held',
    entity: 'invoice',
    entityId: invoiceId,
    before: { until: invoice.dunningHoldUntil?.toString() ?? null },
    after: { until: until?.toString() ?? null },
  });
}

/**
 * For who delivers messages: a reminder did not reach the customer, and the next run sends it again in its row (N5).
 * False when it is not logged as sent.
 */
export function reminderFailed(
  db: Database,
  reminder: { readonly invoiceId: InvoiceId; readonly level: number; readonly error: string },
): Promise<boolean> {
  return db.transaction((tx) => markReminderFailed(tx, reminder));
}

async function remind(
  tx: Transaction,
  ctx: BillingContext,
  invoiceId: InvoiceId,
): Promise<readonly TaskEffect[]> {
  const invoice = await lockInvoice(tx, invoiceId);
  if (!isRemindable(invoice, ctx)) return [];
  const plan = planFor(ctx, invoice.dueOn, await loggedReminders(tx, invoiceId));
  if (plan.send === undefined) return [];
  const channel = reminderChannel(await contactOf(tx, invoice.customerId));
  const entry = { invoiceId, channel, at: ctx.now };
  await logReminders(tx, { ...entry, levels: plan.skip, status: 'skipped' });
  await logReminders(tx, { ...entry, levels: [plan.send], status: 'sent' });
  await recordEvent(tx, {
    topic: 'reminder.sent',
    payload: { invoice_id: invoiceId, level: plan.send },
  });
  return effectsOf(invoice, plan);
}

/** Late fees are never reminded of; settlement, void, write-off and a hold stop reminders (N1, N4). */
function isRemindable(invoice: Invoice, ctx: BillingContext): boolean {
  const hold = invoice.dunningHoldUntil;
  const isHeld = hold !== undefined && Temporal.PlainDate.compare(hold, ctx.today) > 0;
  return (
    !isHeld && invoice.kind !== 'late_fee' && invoice.balanceMinor > 0n && invoice.writtenOffMinor === 0n
  );
}

function planFor(
  ctx: BillingContext,
  dueOn: Temporal.PlainDate,
  logged: ReadonlyMap<number, ReminderStatus>,
): ReminderPlan {
  return planReminder({
    daysOverdue: daysOverdue(dueOn, ctx.today),
    schedule: ctx.settings.dunning_schedule,
    courtesyDays: ctx.settings.dunning_courtesy_days,
    logged,
  });
}

function effectsOf(invoice: Invoice, plan: ReminderPlan): TaskEffect[] {
  const about = {
    subject: { kind: 'invoice' as const, id: invoice.id },
    amountMinor: invoice.balanceMinor,
    currency: invoice.currency,
  };
  const label = (level: number): string => `${invoice.number}, level ${level}`;
  return [
    ...plan.skip.map((level) => ({ ...about, outcome: 'skipped', label: label(level) })),
    ...(plan.send === undefined ? [] : [{ ...about, outcome: 'sent', label: label(plan.send) }]),
  ];
}
