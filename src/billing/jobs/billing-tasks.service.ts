import { notFound } from '../../kernel/errors.ts';
import { sendReminders } from '../collection/dunning.service.ts';
import { applyLateFees } from '../collection/late-fee.service.ts';
import { reactivatePaidServices, suspendUnpaid } from '../collection/suspension.service.ts';
import { generateInvoices } from '../cycles/invoice-run.service.ts';
import { expirePrepaid } from '../prepaid/expiry.service.ts';
import { recordMissedUsage } from '../quota/record-usage.service.ts';
import type { TaskReport } from '../task.ts';
import type { TaskDeps, TaskOptions } from '../task-deps.service.ts';
import type { TaskDefinition } from './billing-task.ts';

/** A task of billing: restartable anywhere, safe to run twice at once, and with a dry run. */
export interface BillingTask extends TaskDefinition {
  run(deps: TaskDeps, options: TaskOptions): Promise<TaskReport>;
}

/** Every task of billing with its schedule (billing-rules R1, F1 to F5, L1, N1, Q3, S1, S3). */
export const BILLING_TASKS: readonly BillingTask[] = [
  { name: 'generate-invoices', schedule: '0 0 * * *', run: generateInvoices },
  { name: 'apply-late-fees', schedule: '0 1 1 * *', run: applyLateFees },
  // Monday: the brief's cron line said Sunday, its comment Monday.
  { name: 'suspend-unpaid', schedule: '0 2 * * 1', run: suspendUnpaid },
  { name: 'reactivate-paid', schedule: '0 3 * * *', run: reactivatePaidServices },
  { name: 'expire-prepaid', schedule: '* * * * *', run: expirePrepaid },
  { name: 'record-usage', schedule: '0 * * * *', run: recordMissedUsage },
  { name: 'send-reminders', schedule: '0 9 * * *', run: sendReminders },
];

/** A task by its name; throws `task_not_found`. */
export function billingTask(name: string): BillingTask {
  const task = BILLING_TASKS.find((one) => one.name === name);
  if (task === undefined) throw notFound('task_not_found', `There is no task '${name}'.`);
  return task;
}
