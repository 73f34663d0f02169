import type { Transaction } from '../../../db/database.ts';
import type { AppError } from '../../../kernel/errors.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit.store.ts';
import type { IdentityDeps, RequestOrigin } from '../identity.service.ts';
import { hashToken, newToken } from '../opaque-token.ts';
import { proveSecondFactor } from '../second-factor/second-factor.service.ts';
import type { StoredUser } from '../stored-user.ts';
import { findUserByEmail, lockUser, setLastSignIn } from '../user.store.ts';
import type { User } from '../user.ts';
import { ACCESS_TOKEN_S } from './access-tokens.port.ts';
import { insertRefreshToken } from './refresh-token.store.ts';
import { insertSession } from './session.store.ts';
import { SESSION_IDLE_S, secondsAfter } from './session.ts';
import { invalidCredentials, isWrongGuess, userDisabled } from './sign-in-errors.ts';

/** What somebody gives to sign in; `totp` is a code of the app or a recovery code. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly totp?: string | undefined;
}

/** What somebody gets who has signed in. */
export interface SignedIn {
  readonly accessToken: string;
  readonly expiresInS: number;
  readonly refreshToken: string;
  readonly user: User;
}

/**
 * Signs somebody in. Throws `invalid_credentials`, `user_disabled`, `totp_required`, `totp_invalid` or `locked_out`.
 * An e-mail address nobody has takes as long as one somebody has.
 */
export function signIn(
  deps: IdentityDeps,
  credentials: Credentials,
  origin: RequestOrigin,
): Promise<SignedIn> {
  const email = credentials.email.trim();
  const { address, requestId } = origin;
  return deps.limiter.attempt({ account: email, address, requestId }, async () => {
    const user = await findUserByEmail(deps.db, email);
    try {
      if (!(await deps.hasher.verify(credentials.password, user?.passwordHash)) || user === undefined) {
        throw invalidCredentials();
      }
      if (user.disabledAt !== undefined) throw userDisabled();
      return await enter(deps, user, { origin, totp: credentials.totp });
    } catch (error) {
      await recordFailure(deps, { email, user, origin, error });
      throw error;
    }
  });
}

async function enter(
  deps: IdentityDeps,
  { id, hasTotp }: StoredUser,
  { origin, totp }: { origin: RequestOrigin; totp: string | undefined },
): Promise<SignedIn> {
  if (hasTotp) await proveSecondFactor(deps, id, { code: totp, origin });
  return deps.db.transaction(async (tx) => {
    // Whoever disables the user meanwhile waits, and then finds the session to revoke.
    const user = await lockUser(tx, id);
    if (user === undefined || user.disabledAt !== undefined) throw userDisabled();
    return beginSession(tx, deps, { user, origin });
  });
}

/** Begins the session of somebody who has proved who they are, and records it. */
export async function beginSession(
  tx: Transaction,
  deps: IdentityDeps,
  { user, origin }: { user: User; origin: RequestOrigin },
): Promise<SignedIn> {
  const nowMs = deps.clock.nowMs();
  const at = new Date(nowMs);
  const expiresAt = secondsAfter(nowMs, SESSION_IDLE_S);
  const { address, userAgent } = origin;
  const sessionId = await insertSession(tx, { userId: user.id, at, expiresAt, address, userAgent });
  const refreshToken = newToken('nfr_');
  await insertRefreshToken(tx, { sessionId, tokenHash: hashToken(refreshToken), at, expiresAt });
  await setLastSignIn(tx, user.id, at);
  await recordAudit(tx, {
    actor: actorAt(user, origin),
    action: 'user.signed_in',
    entity: 'user',
    entityId: user.id,
    after: { session_id: sessionId },
  });
  const accessToken = await deps.accessTokens.issue({ userId: user.id, sessionId });
  return { accessToken, expiresInS: ACCESS_TOKEN_S, refreshToken, user: { ...user, lastSignInAt: at } };
}

/** A user as the one who acts, before there is a principal. */
export function actorAt(user: { id: string; email: string }, origin: RequestOrigin): Actor {
  return {
    kind: 'user',
    id: user.id,
    name: user.email,
    address: origin.address,
    requestId: origin.requestId,
  };
}

/** Every refusal is on record; being asked for the code is none. */
async function recordFailure(
  { db }: IdentityDeps,
  failure: { email: string; user: User | undefined; origin: RequestOrigin; error: unknown },
): Promise<void> {
  const { email, user, origin, error } = failure;
  if (!isWrongGuess(error) && !isDisabled(error)) return;
  const { address, requestId } = origin;
  await db.transaction((tx) =>
    recordAudit(tx, {
      actor: { kind: 'user', id: user?.id, name: email, address, requestId },
      action: 'user.sign_in_failed',
      entity: 'user',
      entityId: user?.id ?? 'unknown',
      after: { reason: user === undefined ? 'unknown_email' : (error as AppError).code },
    }),
  );
}

function isDisabled(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'user_disabled';
}
