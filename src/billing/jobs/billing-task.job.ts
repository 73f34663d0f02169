import type { Job } from '../../platform/scheduler/job.port.ts';
import type { TaskDeps } from '../task-deps.service.ts';
import { failureSentences } from './billing-task.ts';
import { BILLING_TASKS, type BillingTask } from './billing-tasks.service.ts';

/** The scheduled jobs of billing; `clock` is the business clock. */
export function billingJobs(deps: TaskDeps): Job[] {
  return BILLING_TASKS.map((task) => billingTaskJob(deps, task));
}

function billingTaskJob(deps: TaskDeps, task: BillingTask): Job {
  return {
    name: task.name,
    schedule: task.schedule,
    follows: 'business',
    run: async (signal) => {
      const actor = { kind: 'system' as const, name: task.name };
      const report = await task.run(deps, { actor, isDryRun: false, signal });
      return { counts: report.counts, failures: failureSentences(report) };
    },
  };
}
