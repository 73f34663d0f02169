import { setServiceCredentials } from '../../subscribers/services/credentials.service.ts';
import type { Command } from '../command.ts';

/** The command `service set-password`. */
export const serviceSetPasswordCommand: Command = {
  name: 'service set-password',
  summary: 'change the password of a service; live sessions go on',
  positionals: [
    { name: 'username', help: 'whose service' },
    { name: 'password', help: 'the new password' },
  ],
  examples: ['service set-password amina n3w-s3cret'],
  async run({ args, out, open }) {
    const username = args.required('username');
    const password = args.required('password');
    const { db, box, businessClock: clock, actor } = await open();
    const { before } = await setServiceCredentials(
      { db, box, clock },
      { username, actor, change: { password } },
    );
    out.result(
      { id: before.id, username },
      () => `${username} has a new password, good from the next login on.`,
    );
    return undefined;
  },
};
