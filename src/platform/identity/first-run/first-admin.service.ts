import { timingSafeEqual } from 'node:crypto';
import type { Database, Queryable } from '../../../db/database.ts';
import { AppError, conflict } from '../../../kernel/errors.ts';
import { SYSTEM_ACTOR } from '../actor.ts';
import type { IdentityDeps, RequestOrigin } from '../identity.service.ts';
import { hashToken, newToken } from '../opaque-token.ts';
import type { PasswordHasher } from '../password.port.ts';
import { beginSession, type SignedIn } from '../sessions/sign-in.service.ts';
import { addUser } from '../user.service.ts';
import { hasAdmin } from '../user.store.ts';
import { checkNewPassword, checkUserFields, type User, type UserFields } from '../user.ts';
import { deleteSetupToken, findSetupToken, lockFirstAdmin, replaceSetupToken } from './first-admin.store.ts';

/** Whether nobody is in charge yet. */
export async function needsSetup(db: Database): Promise<boolean> {
  return !(await hasAdmin(db));
}

/** What a start has done for an installation that nobody is in charge of. */
export interface FirstAdmin {
  /** A new set-up token, to be shown once. */
  readonly token?: string;
  /** The administrator made of what was given. */
  readonly created?: User;
}

/**
 * At a start without any administrator: makes the one that is given, else a new set-up token. Does nothing when
 * somebody is in charge. Throws `validation_failed` or `email_taken`.
 */
export async function prepareFirstAdmin(
  { db, hasher }: { db: Database; hasher: PasswordHasher },
  given: { email: string; password: string } | undefined,
): Promise<FirstAdmin> {
  if (await hasAdmin(db)) return {};
  if (given === undefined) {
    const token = newToken('nfs_');
    await replaceSetupToken(db, hashToken(token));
    return { token };
  }
  const fields = adminFields(given.email);
  const passwordHash = await hasher.hash(checkNewPassword(given.password));
  return db.transaction(async (tx) => {
    await lockFirstAdmin(tx);
    if (await hasAdmin(tx)) return {};
    const created = await addUser(tx, { ...fields, passwordHash }, SYSTEM_ACTOR);
    await deleteSetupToken(tx);
    return { created };
  });
}

/**
 * Makes the first administrator, once, and signs them in. Throws `already_set_up`, `setup_token_invalid`,
 * `validation_failed` or `email_taken`.
 */
export async function setUp(
  deps: IdentityDeps,
  input: { token: string; email: string; password: string },
  origin: RequestOrigin,
): Promise<SignedIn> {
  await checkSetupToken(deps.db, input.token);
  const fields = adminFields(input.email);
  const passwordHash = await deps.hasher.hash(checkNewPassword(input.password));
  return deps.db.transaction(async (tx) => {
    await lockFirstAdmin(tx);
    await checkSetupToken(tx, input.token);
    const { address, requestId } = origin;
    const actor = { kind: 'user', name: fields.email, address, requestId } as const;
    const user = await addUser(tx, { ...fields, passwordHash }, actor);
    await deleteSetupToken(tx);
    return beginSession(tx, deps, { user, origin });
  });
}

async function checkSetupToken(q: Queryable, token: string): Promise<void> {
  // In this order: whoever misses a token that was used just now finds the administrator it made.
  const hash = await findSetupToken(q);
  if (await hasAdmin(q)) {
    throw conflict('already_set_up', 'There is an administrator already: sign in by POST /api/auth/login.');
  }
  if (hash !== undefined && timingSafeEqual(hash, hashToken(token))) return;
  throw new AppError(
    'unauthenticated',
    'setup_token_invalid',
    'The set-up token is wrong: the newest one is what the last start of the server printed.',
  );
}

function adminFields(email: string): UserFields {
  return checkUserFields({ email, name: undefined, role: 'admin', customerId: undefined });
}
