import { resumeService } from '../../subscribers/services/lifecycle.service.ts';
import { describeHold } from '../../subscribers/services/suspension.ts';
import type { Command } from '../command.ts';
import { changeAndReport } from '../enforcement-wait.ts';

/** The command `service resume`. */
export const serviceResumeCommand: Command = {
  name: 'service resume',
  summary: "lift an administrator's suspension",
  positionals: [{ name: 'username', help: 'whose service' }],
  notes: ['An unpaid invoice or a used up allowance keeps a service suspended until it is paid or renewed.'],
  examples: ['service resume amina'],
  async run(call) {
    const username = call.args.required('username');
    return changeAndReport(call, {
      change: (deps, actor) => resumeService(deps, { username, actor }),
      sentence: ({ after }) =>
        after.reason === undefined
          ? `${username} is ${after.status} again.`
          : `${username} stays suspended: ${describeHold(after.reason)}.`,
    });
  },
};
