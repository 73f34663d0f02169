import { BILLING_TASKS } from '../../billing/jobs/billing-tasks.service.ts';
import type { Command } from '../command.ts';
import { RUNNABLE_JOBS } from '../runnable-jobs.ts';
import { table } from '../table.ts';

/** The command `job list`. */
export const jobListCommand: Command = {
  name: 'job list',
  summary: 'show the scheduled tasks that can be run by hand',
  examples: ['job list'],
  async run({ out, open }) {
    const { db, businessClock } = await open();
    const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const jobs = RUNNABLE_JOBS.map((make) => make({ db, businessClock, logger }));
    const items = [...BILLING_TASKS, ...jobs].map(({ name, schedule }) => ({ name, schedule }));
    out.result({ items }, () =>
      table(
        [{ title: 'task' }, { title: 'schedule' }],
        items.map((one) => [one.name, one.schedule]),
      ),
    );
    return undefined;
  },
};
