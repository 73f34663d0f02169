import type { Transaction } from '../../../db/database.ts';
import { AppError, conflict } from '../../../kernel/errors.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit.store.ts';
import type { IdentityDeps, RequestOrigin } from '../identity.service.ts';
import type { StoredUser } from '../stored-user.ts';
import { findUser, lockUser } from '../user.store.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-code.ts';
import {
  acceptTotpStep,
  clearTotp,
  confirmTotp,
  replaceRecoveryCodes,
  setTotpSecret,
  useRecoveryCode,
} from './second-factor.store.ts';

/** Somebody signed in who acts on the own second factor. */
export interface Self {
  readonly userId: string;
  readonly actor: Actor;
}

/**
 * Checks the code of the app or a recovery code, each of which works once. Throws `totp_required` without one,
 * `totp_invalid`, or `locked_out` when too many were wrong, from wherever they came.
 */
export async function proveSecondFactor(
  deps: IdentityDeps,
  userId: string,
  { code, origin }: { code: string | undefined; origin: Pick<RequestOrigin, 'address' | 'requestId'> },
): Promise<void> {
  if (code === undefined || code === '') {
    throw new AppError('unauthenticated', 'totp_required', 'Send the code of the authenticator app as totp.');
  }
  await deps.limiter.attempt(guessOf(userId, origin.requestId), () =>
    deps.db.transaction(async (tx) => {
      const user = await lockUser(tx, userId);
      if (user === undefined || !(await accept(tx, deps, { user, code, origin }))) throw totpInvalid();
    }),
  );
}

async function accept(
  tx: Transaction,
  deps: IdentityDeps,
  {
    user,
    code,
    origin,
  }: { user: StoredUser; code: string; origin: Pick<RequestOrigin, 'address' | 'requestId'> },
): Promise<boolean> {
  const text = code.trim();
  if (/^\d{6}$/.test(text)) return acceptCode(tx, deps, { user, code: text });
  const codeHash = hashRecoveryCode(recoveryKey(deps), text);
  const isUsed = await useRecoveryCode(tx, user.id, { codeHash, at: new Date(deps.clock.nowMs()) });
  if (isUsed) {
    const actor: Actor = { kind: 'user', id: user.id, name: user.email, ...origin };
    await recordAudit(tx, { actor, action: 'user.recovery_code_used', entity: 'user', entityId: user.id });
  }
  return isUsed;
}

async function acceptCode(
  tx: Transaction,
  deps: IdentityDeps,
  { user, code }: { user: StoredUser; code: string },
): Promise<boolean> {
  if (user.totpSecret === undefined) return false;
  const secret = deps.box.open(user.totpSecret).toString('utf8');
  const step = deps.totp.stepOf(secret, code, deps.clock.nowMs());
  return step !== undefined && acceptTotpStep(tx, user.id, step);
}

/** Begins an enrolment: nothing changes at sign-in before it is confirmed. Throws `totp_already_enabled`. */
export async function beginTotp(
  deps: IdentityDeps,
  { userId }: Self,
): Promise<{ secret: string; uri: string }> {
  return deps.db.transaction(async (tx) => {
    const user = await lockUser(tx, userId);
    if (user === undefined || user.hasTotp) throw alreadyEnabled();
    const secret = deps.totp.newSecret();
    await setTotpSecret(tx, userId, deps.box.seal(secret));
    return { secret, uri: deps.totp.uriOf(secret, user.email) };
  });
}

/** Ends the enrolment with a first code; answers the recovery codes, which are never shown again. */
export async function confirmTotpCode(
  deps: IdentityDeps,
  { userId, actor }: Self,
  code: string,
): Promise<string[]> {
  return deps.limiter.attempt(guessOf(userId, actor.requestId), () =>
    deps.db.transaction(async (tx) => {
      const user = await lockUser(tx, userId);
      if (user === undefined || user.hasTotp) throw alreadyEnabled();
      if (user.totpSecret === undefined) {
        throw conflict('totp_not_begun', 'Begin the enrolment first: POST /api/auth/totp/enrol.');
      }
      if (!(await acceptCode(tx, deps, { user, code: code.trim() }))) throw totpInvalid();
      await confirmTotp(tx, userId, new Date(deps.clock.nowMs()));
      const codes = newRecoveryCodes();
      const key = recoveryKey(deps);
      await replaceRecoveryCodes(
        tx,
        userId,
        codes.map((one) => hashRecoveryCode(key, one)),
      );
      await recordAudit(tx, { actor, action: 'user.totp_enabled', entity: 'user', entityId: userId });
      return codes;
    }),
  );
}

/** Removes the own second factor; whoever does proves it once more. Throws `totp_not_enabled` or as `proveSecondFactor`. */
export async function removeOwnTotp(
  deps: IdentityDeps,
  { userId, actor }: Self,
  code: string,
): Promise<void> {
  const user = await findUser(deps.db, userId);
  if (user?.hasTotp !== true) throw notEnabled();
  await proveSecondFactor(deps, userId, {
    code,
    origin: { address: actor.address, requestId: actor.requestId ?? '' },
  });
  await removeTotp(deps, { userId, actor });
}

/** Removes the second factor of somebody who has lost it. Throws `totp_not_enabled`. */
export async function removeTotp({ db }: Pick<IdentityDeps, 'db'>, { userId, actor }: Self): Promise<void> {
  await db.transaction(async (tx) => {
    const user = await lockUser(tx, userId);
    if (user?.hasTotp !== true) throw notEnabled();
    await clearTotp(tx, userId);
    await recordAudit(tx, { actor, action: 'user.totp_disabled', entity: 'user', entityId: userId });
  });
}

/** Codes are guessed by who has the password already, so they count from wherever they come. */
function guessOf(userId: string, requestId: string | undefined) {
  return { account: `totp of user ${userId}`, address: undefined, userId, requestId };
}

function recoveryKey({ box }: IdentityDeps): Buffer {
  return box.deriveKey('recovery codes');
}

function totpInvalid(): AppError {
  return new AppError(
    'unauthenticated',
    'totp_invalid',
    'The code is wrong or was used before: wait for the next one.',
  );
}

function alreadyEnabled(): AppError {
  return conflict('totp_already_enabled', 'A second factor is enabled: disable it before you enrol another.');
}

function notEnabled(): AppError {
  return conflict('totp_not_enabled', 'This account has no second factor.');
}
