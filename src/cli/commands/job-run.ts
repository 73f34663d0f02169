import { runTaskNow } from '../../billing/jobs/run-task.service.ts';
import type { TaskEffect, TaskReport } from '../../billing/task.ts';
import { conflict } from '../../kernel/errors.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { Job } from '../../platform/scheduler/job.port.ts';
import { JobRunner } from '../../platform/scheduler/runner.ts';
import { UsageError } from '../arguments.ts';
import { type Command, type CommandCall, EXIT } from '../command.ts';
import { RUNNABLE_JOBS } from '../runnable-jobs.ts';

/** The command `job run`. */
export const jobRunCommand: Command = {
  name: 'job run',
  summary: 'run a scheduled task now, or see what one of billing would do',
  positionals: [{ name: 'task', help: 'its name, see job list' }],
  options: { 'dry-run': { help: 'of billing: do nothing, say what would be done' } },
  examples: ['job run suspend-unpaid --dry-run', 'job run apply-late-fees', 'job run reconcile-network'],
  async run(call) {
    const { args, out, io, open } = call;
    const { db, clock, businessClock, actor } = await open();
    const task = args.required('task');
    const isDryRun = args.flag('dry-run');
    const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const jobs = new JobRunner({ db, logger, clock, runner: `cli:${process.pid}` });
    const parts = { db, businessClock, logger };
    const job = RUNNABLE_JOBS.map((make) => make(parts)).find(({ name }) => name === task);
    if (job !== undefined) return runJob(call, jobs, job);
    const report = await runTaskNow({ db, clock: businessClock, logger, jobs }, task, {
      actor,
      isDryRun,
      signal: io.signal,
    });
    out.result(jsonOf(task, isDryRun, report), () => textOf(isDryRun, report));
    return report.failures.length > 0 ? EXIT.failed : undefined;
  },
};

async function runJob({ args, out }: CommandCall, jobs: JobRunner, job: Job): Promise<undefined> {
  if (args.flag('dry-run'))
    throw new UsageError(`--dry-run is for tasks of billing, and ${job.name} is none.`);
  const ended = await jobs.runNow(job);
  if (ended.outcome === 'failed') throw ended.error;
  if (ended.outcome !== 'done') {
    throw conflict('task_under_way', `${job.name} is under way elsewhere: wait until it has ended.`);
  }
  const { counts } = ended;
  out.result({ task: job.name, dry_run: false, counts, errors: [], items: [] }, () => countsText(counts));
}

function jsonOf(task: string, isDryRun: boolean, report: TaskReport) {
  return {
    task,
    dry_run: isDryRun,
    counts: report.counts,
    errors: report.failures.map(({ subject, code, message }) => ({
      [`${subject.kind}_id`]: subject.id,
      code,
      message,
    })),
    items: report.effects.map(({ subject, outcome, label, amountMinor, currency }) => ({
      [`${subject.kind}_id`]: subject.id,
      outcome,
      label,
      amount: amountMinor === undefined ? null : Number(amountMinor),
      currency: currency ?? null,
    })),
  };
}

function textOf(isDryRun: boolean, report: TaskReport): string {
  const lines = [
    ...report.effects.map(effectText),
    ...report.failures.map(({ subject, message }) => `${subject.kind} ${subject.id} failed: ${message}`),
    `${isDryRun ? 'Would be: ' : ''}${countsText(report.counts)}`,
  ];
  return lines.join('\n');
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return `${Object.entries(counts)
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(', ')}.`;
}

function effectText({ outcome, label, amountMinor, currency }: TaskEffect): string {
  const money =
    amountMinor === undefined || currency === undefined ? '' : `, ${formatMoney(amountMinor, currency)}`;
  return `${outcome}: ${label}${money}`;
}
