import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { conflict, invalid, notFound } from '../../kernel/errors.ts';
import type { Actor } from './actor.ts';
import { recordAudit } from './audit.store.ts';
import type { PasswordHasher } from './password.port.ts';
import { revokeSessionsOf } from './sessions/session.store.ts';
import type { RevokedFor } from './sessions/session.ts';
import type { StoredUser } from './stored-user.ts';
import {
  findUser,
  insertUser,
  listUsers,
  lockAdmins,
  lockUser,
  setDisabled,
  type UserFilter,
  updateUser,
} from './user.store.ts';
import {
  checkAdminRemains,
  checkNewPassword,
  checkUserFields,
  type User,
  type UserFields,
  userImage,
} from './user.ts';

export type { UserFilter };

/** What the use cases around users work with; `clock` is the machine's. */
export interface UserDeps {
  readonly db: Database;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
}

/** Who administers users: for the audit log, and so that nobody takes the own access away. */
export interface Administrator {
  readonly actor: Actor;
  /** The user who acts, also through a token; undefined at the command line. */
  readonly userId: string | undefined;
}

/** Adds a user. Throws `validation_failed` or `email_taken`. */
export async function createUser(
  { db, hasher }: Pick<UserDeps, 'db' | 'hasher'>,
  input: UserFields & { readonly password: string },
  actor: Actor,
): Promise<User> {
  const fields = checkUserFields(input);
  const passwordHash = await hasher.hash(checkNewPassword(input.password));
  return db.transaction((tx) => addUser(tx, { ...fields, passwordHash }, actor));
}

/** Adds a checked user in a transaction, with its audit entry. Throws `email_taken` or `validation_failed`. */
export async function addUser(
  tx: Transaction,
  user: UserFields & { readonly passwordHash: string },
  actor: Actor,
): Promise<User> {
  const created = await explained(user, () => insertUser(tx, user));
  const after = userImage(created);
  await recordAudit(tx, { actor, action: 'user.created', entity: 'user', entityId: created.id, after });
  return created;
}

/** Users by id. */
export function readUsers(db: Database, filter: UserFilter): Promise<User[]> {
  return listUsers(db, filter);
}

/** One user; throws `not_found`. */
export async function readUser(db: Database, id: string): Promise<User> {
  return known(await findUser(db, id), id);
}

/** The fields that are given replace those of the user. A new password ends the user's sessions. */
export type UserChanges = { readonly [Name in keyof UserFields]?: UserFields[Name] | null | undefined } & {
  readonly password?: string | undefined;
};

/** Changes a user. Throws `not_found`, `validation_failed`, `email_taken`, `own_account` or `last_admin`. */
export async function changeUser(
  { db, hasher, clock }: UserDeps,
  { id, changes, by }: { id: string; changes: UserChanges; by: Administrator },
): Promise<User> {
  const { password } = changes;
  if (password !== undefined && id === by.userId) {
    throw conflict('own_account', 'Change your own password by POST /api/auth/password.');
  }
  const passwordHash = password === undefined ? undefined : await hasher.hash(checkNewPassword(password));
  return explained(changes, () =>
    db.transaction(async (tx) => {
      const admins = await lockAdmins(tx);
      const user = known(await lockUser(tx, id), id);
      const fields = checkUserFields(merged(user, changes));
      if (user.role === 'admin' && fields.role !== 'admin') {
        checkAdminRemains(id, { admins, actingUserId: by.userId });
      }
      await updateUser(tx, id, { ...fields, passwordHash });
      if (passwordHash !== undefined) await endSessions(tx, { id, clock, revokedFor: 'password_changed' });
      const changed = known(await findUser(tx, id), id);
      await recordAudit(tx, {
        actor: by.actor,
        action: 'user.updated',
        entity: 'user',
        entityId: id,
        before: userImage(user),
        after: { ...userImage(changed), ...(passwordHash === undefined ? {} : { is_password_new: true }) },
      });
      return changed;
    }),
  );
}

/** Closes an account at once, with its sessions and tokens. Throws `not_found`, `own_account` or `last_admin`. */
export async function disableUser(
  { db, clock }: Pick<UserDeps, 'db' | 'clock'>,
  id: string,
  by: Administrator,
): Promise<User> {
  return db.transaction(async (tx) => {
    const admins = await lockAdmins(tx);
    const user = known(await lockUser(tx, id), id);
    if (user.disabledAt !== undefined) return user;
    checkAdminRemains(id, { admins, actingUserId: by.userId });
    await setDisabled(tx, id, new Date(clock.nowMs()));
    await endSessions(tx, { id, clock, revokedFor: 'user_disabled' });
    return recordSwitch(tx, { user, action: 'user.disabled', actor: by.actor });
  });
}

/** Opens an account again; its old sessions stay ended. Throws `not_found`. */
export async function enableUser({ db }: Pick<UserDeps, 'db'>, id: string, actor: Actor): Promise<User> {
  return db.transaction(async (tx) => {
    const user = known(await lockUser(tx, id), id);
    if (user.disabledAt === undefined) return user;
    await setDisabled(tx, id, undefined);
    return recordSwitch(tx, { user, action: 'user.enabled', actor });
  });
}

/** Ends all sessions of a user; answers how many. Throws `not_found`. */
export async function signOutUser(
  { db, clock }: Pick<UserDeps, 'db' | 'clock'>,
  id: string,
  actor: Actor,
): Promise<number> {
  return db.transaction(async (tx) => {
    known(await lockUser(tx, id), id);
    const ended = await endSessions(tx, { id, clock, revokedFor: 'signed_out_by_admin' });
    const after = { sessions_ended: ended };
    await recordAudit(tx, { actor, action: 'user.sessions_ended', entity: 'user', entityId: id, after });
    return ended;
  });
}

async function recordSwitch(
  tx: Transaction,
  { user, action, actor }: { user: StoredUser; action: string; actor: Actor },
): Promise<User> {
  const changed = known(await findUser(tx, user.id), user.id);
  const [before, after] = [userImage(user), userImage(changed)];
  await recordAudit(tx, { actor, action, entity: 'user', entityId: user.id, before, after });
  return changed;
}

function endSessions(
  tx: Transaction,
  { id, clock, revokedFor }: { id: string; clock: Clock; revokedFor: RevokedFor },
): Promise<number> {
  return revokeSessionsOf(tx, id, { at: new Date(clock.nowMs()), revokedFor });
}

function merged(user: User, changes: UserChanges): UserFields {
  const { email, name, role, customerId } = changes;
  const newRole = role ?? user.role;
  // Who becomes staff stops being a customer's.
  const kept = newRole === 'customer' ? user.customerId : undefined;
  return {
    email: email ?? user.email,
    name: name === undefined ? user.name : (name ?? undefined),
    role: newRole,
    customerId: customerId === undefined ? kept : (customerId ?? undefined),
  };
}

function known<T extends User>(user: T | undefined, id: string): T {
  if (user === undefined) throw notFound('not_found', `There is no user ${id}.`);
  return user;
}

async function explained<T>(
  { email, customerId }: { email?: string | null | undefined; customerId?: string | null | undefined },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint === 'users_email_key') {
      throw conflict('email_taken', `There is a user with the e-mail address '${email}' already.`);
    }
    if (constraint === 'users_customer_id_customers_id_fk') {
      throw invalid(`There is no customer ${customerId}.`, { customer_id: 'must be the id of a customer' });
    }
    throw error;
  }
}
