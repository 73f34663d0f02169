import type { Database } from '../../../db/database.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { recordAudit } from '../audit.store.ts';
import { findUser, findUserByEmail } from '../user.store.ts';
import type { Attempt, LockOut } from './sign-in-limiter.port.ts';

/**
 * Puts each lock-out on record as it begins, under whoever made the last wrong guess: of an account
 * (`user.locked_out`) or of all accounts from one address (`address.locked_out`).
 */
export function lockOutRecorder(
  db: Database,
  clock: Clock,
): (lockOut: LockOut, attempt: Attempt) => Promise<void> {
  return async ({ network, failures, lastsMs }, { account, userId, address, requestId }) => {
    const user = await (userId === undefined ? findUserByEmail(db, account) : findUser(db, userId));
    const actor = { kind: 'user', id: user?.id, name: user?.email ?? account, address, requestId } as const;
    const until = new Date(clock.nowMs() + lastsMs).toISOString();
    const after = { from: network ?? address ?? 'everywhere', failures, until };
    const what =
      network === undefined
        ? { action: 'user.locked_out', entity: 'user', entityId: user?.id ?? 'unknown' }
        : { action: 'address.locked_out', entity: 'address', entityId: network };
    await db.transaction((tx) => recordAudit(tx, { actor, ...what, after }));
  };
}
