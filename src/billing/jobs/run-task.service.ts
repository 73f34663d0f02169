import type { JobStarter } from '../../platform/scheduler/job.port.ts';
import type { TaskReport } from '../task.ts';
import type { TaskDeps, TaskOptions } from '../task-deps.service.ts';
import { failureSentences } from './billing-task.ts';
import { billingTask } from './billing-tasks.service.ts';

/**
 * Runs a task now and waits for it. A dry run leaves no trace; a real one is recorded beside the scheduled ones. While
 * one is under way elsewhere another goes on all the same: what one has done the other finds done. Throws
 * `task_not_found`.
 */
export async function runTaskNow(
  deps: TaskDeps & { readonly jobs: JobStarter },
  name: string,
  options: TaskOptions,
): Promise<TaskReport> {
  const task = billingTask(name);
  if (options.isDryRun) return task.run(deps, options);
  let report: TaskReport | undefined;
  const run = async (signal: AbortSignal) => {
    report = await task.run(deps, { ...options, signal });
    return { counts: report.counts, failures: failureSentences(report) };
  };
  const outcome = await deps.jobs.runNow({ name, schedule: task.schedule, follows: 'business', run });
  if (outcome.outcome === 'failed') throw outcome.error;
  return report ?? task.run(deps, options);
}
