import { bcryptHasher } from '../../platform/identity/password.adapter.ts';
import { createAdmin } from '../../platform/identity/user.service.ts';
import type { Command } from '../command.ts';

/** The command `user create-admin`. */
export const userCreateAdminCommand: Command = {
  name: 'user create-admin',
  summary: 'add an administrator who can sign in to the web',
  options: {
    email: { value: 'E', help: 'the e-mail address to sign in with', isRequired: true },
    password: { value: 'P', help: 'at least 8 characters', isRequired: true },
  },
  examples: ['user create-admin --email ops@isp.example --password "correct horse battery"'],
  async run({ args, out, open }) {
    const { db } = await open();
    const input = { email: args.required('email'), password: args.required('password') };
    const user = await createAdmin({ db, hasher: bcryptHasher }, input);
    out.result({ ...user, role: 'admin' }, () => `Added the administrator ${user.email}.`);
    return undefined;
  },
};
