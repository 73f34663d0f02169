import { bcryptHasher } from '../../platform/identity/password.adapter.ts';
import { createUser } from '../../platform/identity/user.service.ts';
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
    const { db, actor } = await open();
    const user = await createUser(
      { db, hasher: bcryptHasher },
      {
        email: args.required('email'),
        password: args.required('password'),
        name: undefined,
        role: 'admin',
        customerId: undefined,
      },
      actor,
    );
    const { id, email, role } = user;
    out.result({ id, email, role }, () => `Added the administrator ${email}.`);
    return undefined;
  },
};
