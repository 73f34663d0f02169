import { requestDisconnect } from '../../subscribers/services/lifecycle.service.ts';
import type { Command } from '../command.ts';
import { changeAndReport } from '../enforcement-wait.ts';

/** The command `service disconnect`. */
export const serviceDisconnectCommand: Command = {
  name: 'service disconnect',
  summary: 'end the live sessions of a service; it may log in again',
  positionals: [{ name: 'username', help: 'whose service' }],
  examples: ['service disconnect amina'],
  async run(call) {
    const username = call.args.required('username');
    return changeAndReport(call, {
      change: (deps, actor) => requestDisconnect(deps, { username, actor }),
      sentence: () => undefined,
    });
  },
};
