import { and, asc, eq, gt, ilike, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { users } from '../../db/schema/identity.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import { type StoredUser, userOf } from './stored-user.ts';
import type { User, UserFields, UserRole } from './user.ts';

/** Which users, by id; `afterId` goes on behind one. */
export interface UserFilter {
  readonly role?: UserRole | undefined;
  readonly customerId?: CustomerId | undefined;
  readonly isDisabled?: boolean | undefined;
  /** A part of the e-mail address or name. */
  readonly search?: string | undefined;
  readonly afterId?: string | undefined;
  readonly limit: number;
}

/** Adds a user; a taken e-mail address, whatever its case, breaks `users_email_key`. */
export async function insertUser(
  q: Queryable,
  user: UserFields & { passwordHash: string },
): Promise<StoredUser> {
  const [row] = await orm(q)
    .insert(users)
    .values({ ...columnsOf(user), passwordHash: user.passwordHash })
    .returning();
  if (row === undefined) throw new TypeError('An insert answered no row.');
  return userOf(row);
}

/** Replaces the fields of a user, and the password when one is given. */
export async function updateUser(
  q: Queryable,
  id: string,
  user: UserFields & { passwordHash?: string | undefined },
): Promise<void> {
  const password = user.passwordHash === undefined ? {} : { passwordHash: user.passwordHash };
  await orm(q)
    .update(users)
    .set({ ...columnsOf(user), ...password })
    .where(eq(users.id, BigInt(id)));
}

/** Replaces the password alone. */
export async function setPasswordHash(q: Queryable, id: string, passwordHash: string): Promise<void> {
  await orm(q)
    .update(users)
    .set({ passwordHash })
    .where(eq(users.id, BigInt(id)));
}

/** Disables a user at an instant, or enables it again with undefined. */
export async function setDisabled(q: Queryable, id: string, at: Date | undefined): Promise<void> {
  await orm(q)
    .update(users)
    .set({ disabledAt: at ?? null })
    .where(eq(users.id, BigInt(id)));
}

/** Remembers when somebody was last seen signing in. */
export async function setLastSignIn(q: Queryable, id: string, at: Date): Promise<void> {
  await orm(q)
    .update(users)
    .set({ lastSignInAt: at })
    .where(eq(users.id, BigInt(id)));
}

/** One user by its id. */
export async function findUser(q: Queryable, id: string): Promise<StoredUser | undefined> {
  const [row] = await orm(q)
    .select()
    .from(users)
    .where(eq(users.id, BigInt(id)));
  return row && userOf(row);
}

/** One user by e-mail address, in any case. */
export async function findUserByEmail(q: Queryable, email: string): Promise<StoredUser | undefined> {
  const [row] = await orm(q).select().from(users).where(sql`lower(${users.email}) = lower(${email})`);
  return row && userOf(row);
}

/** One user, locked until the end of the transaction. */
export async function lockUser(tx: Transaction, id: string): Promise<StoredUser | undefined> {
  const [row] = await orm(tx)
    .select()
    .from(users)
    .where(eq(users.id, BigInt(id)))
    .for('update');
  return row && userOf(row);
}

/** The ids of all enabled administrators, locked so that two changes never each spare the other's last one. */
export async function lockAdmins(tx: Transaction): Promise<string[]> {
  const rows = await orm(tx)
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'admin'), isNull(users.disabledAt)))
    .orderBy(asc(users.id))
    .for('update');
  return rows.map(({ id }) => String(id));
}

/** Whether anybody is in charge. */
export async function hasAdmin(q: Queryable): Promise<boolean> {
  const rows = await orm(q)
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'admin'), isNull(users.disabledAt)))
    .limit(1);
  return rows.length > 0;
}

/** Users by id. */
export async function listUsers(q: Queryable, filter: UserFilter): Promise<User[]> {
  const conditions: (SQL | undefined)[] = [];
  if (filter.role !== undefined) conditions.push(eq(users.role, filter.role));
  if (filter.customerId !== undefined) conditions.push(eq(users.customerId, BigInt(filter.customerId)));
  if (filter.isDisabled !== undefined) {
    conditions.push(filter.isDisabled ? isNotNull(users.disabledAt) : isNull(users.disabledAt));
  }
  if (filter.search !== undefined) {
    const pattern = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(or(ilike(users.email, pattern), ilike(users.name, pattern)));
  }
  if (filter.afterId !== undefined) conditions.push(gt(users.id, BigInt(filter.afterId)));
  const rows = await orm(q)
    .select()
    .from(users)
    .where(and(...conditions))
    .orderBy(asc(users.id))
    .limit(filter.limit);
  return rows.map(userOf);
}

function columnsOf({ email, name, role, customerId }: UserFields) {
  const owner = customerId === undefined ? null : BigInt(customerId);
  return { email, name: name ?? null, role, customerId: owner };
}
