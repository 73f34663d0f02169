import { runTaskNow } from '../../billing/jobs/run-task.service.ts';
import type { TaskEffect, TaskReport } from '../../billing/task.ts';
import { formatMoney } from '../../kernel/money.ts';
import { JobRunner } from '../../platform/scheduler/runner.ts';
import { type Command, EXIT } from '../command.ts';

/** The command `job run`. */
export const jobRunCommand: Command = {
  name: 'job run',
  summary: 'run a scheduled task of billing now, or see what it would do',
  positionals: [{ name: 'task', help: 'its name, see job list' }],
  options: { 'dry-run': { help: 'do nothing, say what would be done' } },
  examples: ['job run suspend-unpaid --dry-run', 'job run apply-late-fees'],
  async run({ args, out, io, open }) {
    const { db, clock, businessClock, actor } = await open();
    const task = args.required('task');
    const isDryRun = args.flag('dry-run');
    const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const jobs = new JobRunner({ db, logger, clock, runner: `cli:${process.pid}` });
    const report = await runTaskNow({ db, clock: businessClock, logger, jobs }, task, {
      actor,
      isDryRun,
      signal: io.signal,
    });
    out.result(jsonOf(task, isDryRun, report), () => textOf(isDryRun, report));
    return report.failures.length > 0 ? EXIT.failed : undefined;
  },
};

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
  const counts = Object.entries(report.counts).map(([outcome, count]) => `${outcome} ${count}`);
  const lines = [
    ...report.effects.map(effectText),
    ...report.failures.map(({ subject, message }) => `${subject.kind} ${subject.id} failed: ${message}`),
    `${isDryRun ? 'Would be: ' : ''}${counts.join(', ')}.`,
  ];
  return lines.join('\n');
}

function effectText({ outcome, label, amountMinor, currency }: TaskEffect): string {
  const money =
    amountMinor === undefined || currency === undefined ? '' : `, ${formatMoney(amountMinor, currency)}`;
  return `${outcome}: ${label}${money}`;
}
