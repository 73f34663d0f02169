import { AppError } from '../../kernel/errors.ts';
import type { Actor } from './actor.ts';
import { recordAudit } from './audit.store.ts';
import type { IdentityDeps } from './identity.service.ts';
import { revokeSessionsOf } from './sessions/session.store.ts';
import { wrongPassword } from './sessions/sign-in-errors.ts';
import { findUser, setPasswordHash } from './user.store.ts';
import { checkNewPassword } from './user.ts';

/**
 * Changes the own password and ends all other sessions. Throws `validation_failed`, `wrong_password` or, after too
 * many of those, `locked_out`.
 */
export async function changeOwnPassword(
  deps: IdentityDeps,
  who: { userId: string; sessionId: string; actor: Actor },
  input: { currentPassword: string; newPassword: string },
): Promise<void> {
  const { userId, sessionId, actor } = who;
  const newPassword = checkNewPassword(input.newPassword, 'new_password');
  const user = await findUser(deps.db, userId);
  if (user === undefined) throw new AppError('unauthenticated', 'token_invalid', 'This user is gone.');
  const { address, requestId } = actor;
  await deps.limiter.attempt({ account: user.email, address, userId, requestId }, async () => {
    if (!(await deps.hasher.verify(input.currentPassword, user.passwordHash))) throw wrongPassword();
  });
  const passwordHash = await deps.hasher.hash(newPassword);
  await deps.db.transaction(async (tx) => {
    await setPasswordHash(tx, userId, passwordHash);
    const at = new Date(deps.clock.nowMs());
    const ended = await revokeSessionsOf(tx, userId, {
      at,
      revokedFor: 'password_changed',
      except: sessionId,
    });
    const after = { sessions_ended: ended };
    await recordAudit(tx, {
      actor,
      action: 'user.password_changed',
      entity: 'user',
      entityId: userId,
      after,
    });
  });
}
