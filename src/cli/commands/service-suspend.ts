import { suspendService } from '../../subscribers/services/lifecycle.service.ts';
import type { Command } from '../command.ts';
import { changeAndReport } from '../enforcement-wait.ts';

/** The command `service suspend`. */
export const serviceSuspendCommand: Command = {
  name: 'service suspend',
  summary: 'suspend a service: its sessions end, logins are refused or walled',
  positionals: [{ name: 'username', help: 'whose service' }],
  options: { note: { value: 'TEXT', help: 'why, for the log' } },
  notes: ['The setting radius_on_suspended says whether logins are refused or walled.'],
  examples: ['service suspend amina --note "asked for a pause"'],
  async run(call) {
    const username = call.args.required('username');
    return changeAndReport(call, {
      change: (deps, actor) => suspendService(deps, { username, actor, note: call.args.text('note') }),
      sentence: () => `${username} is suspended.`,
    });
  },
};
