import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Database } from '../../db/database.ts';
import { conflict } from '../../kernel/errors.ts';
import type { PasswordHasher } from './password.port.ts';
import { insertUser } from './user.store.ts';
import { checkEmail, checkNewPassword } from './user.ts';

/** Adds an administrator. Throws `validation_failed` or `email_taken`. */
export async function createAdmin(
  deps: { db: Database; hasher: PasswordHasher },
  input: { email: string; password: string },
): Promise<{ id: string; email: string }> {
  const email = checkEmail(input.email);
  const passwordHash = await deps.hasher.hash(checkNewPassword(input.password));
  try {
    return { id: await insertUser(deps.db, { email, passwordHash, role: 'admin' }), email };
  } catch (error) {
    if (violatedConstraint(error) !== 'users_email_key') throw error;
    throw conflict('email_taken', `There is a user with the e-mail address '${email}' already.`);
  }
}
