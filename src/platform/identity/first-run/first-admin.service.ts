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
import { checkNewPassword, checkUserFields } from '../user.ts';
import { deleteSetupToken, findSetupToken, lockFirstAdmin, replaceSetupToken } from './first-admin.store.ts';

/** Whether nobody is in charge yet. */
export async function needsSetup(db: Database): Promise<boolean> {
  return !(await hasAdmin(db));
}

/**
 * At a start: makes the administrator of the environment when there is none and one is given, else a new set-up
 * token. Answers that token, to be shown once; undefined when somebody is in charge.
 */
export async function prepareFirstAdmin(
  { db, hasher }: { db: Database; hasher: PasswordHasher },
  given: { email: string; password: string } | undefined,
): Promise<string | undefined> {
  if (await hasAdmin(db)) return undefined;
  if (given === undefined) {
    const token = newToken('nfs_');
    await replaceSetupToken(db, hashToken(token));
    return token;
  }
  const fields = checkUserFields({
    email: given.email,
    name: undefined,
    role: 'admin',
    customerId: undefined,
  });
  const passwordHash = await hasher.hash(checkNewPassword(given.password));
  await db.transaction(async (tx) => {
    await lockFirstAdmin(tx);
    if (await hasAdmin(tx)) return;
    await addUser(tx, { ...fields, passwordHash }, SYSTEM_ACTOR);
    await deleteSetupToken(tx);
  });
  return undefined;
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
  const fields = checkUserFields({
    email: input.email,
    name: undefined,
    role: 'admin',
    customerId: undefined,
  });
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
  if (await hasAdmin(q)) {
    throw conflict('already_set_up', 'There is an administrator already: sign in by POST /api/auth/login.');
  }
  const hash = await findSetupToken(q);
  if (hash !== undefined && timingSafeEqual(hash, hashToken(token))) return;
  throw new AppError(
    'unauthenticated',
    'setup_token_invalid',
    'The set-up token is wrong: the newest one is what the last start of the server printed.',
  );
}
