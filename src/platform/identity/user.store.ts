import type { Queryable } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { users } from '../../db/schema/platform.ts';
import type { UserRole } from './user.ts';

/** Adds a user; a taken e-mail address, whatever its case, breaks `users_email_key`. Answers the id. */
export async function insertUser(
  q: Queryable,
  user: { email: string; passwordHash: string; role: UserRole },
): Promise<string> {
  const [row] = await orm(q).insert(users).values(user).returning({ id: users.id });
  return String(row?.id);
}
