import { BILLING_TASKS } from '../../billing/jobs/billing-tasks.service.ts';
import type { Command } from '../command.ts';
import { table } from '../table.ts';

/** The command `job list`. */
export const jobListCommand: Command = {
  name: 'job list',
  summary: 'show the scheduled tasks of billing',
  examples: ['job list'],
  async run({ out }) {
    const items = BILLING_TASKS.map(({ name, schedule }) => ({ name, schedule }));
    out.result({ items }, () =>
      table(
        [{ title: 'task' }, { title: 'schedule' }],
        items.map((one) => [one.name, one.schedule]),
      ),
    );
    return undefined;
  },
};
