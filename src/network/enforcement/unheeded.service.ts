import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../platform/logger.port.ts';
import type { WallChoices } from '../desired-state.ts';
import { insertEnforcement } from './enforcement.store.ts';
import { type UndeadSession, undeadSessions } from './enforcement-effect.store.ts';
import { planService } from './enforcement-planning.service.ts';

/** The interval assumed where neither the session nor its NAS names one, in seconds. */
export const INTERIM_DEFAULT_S = 300;

const lookBack = 20_000;
const batchSizeMax = 200;

/**
 * Looks at the effect instead of trusting the ACK (product demand 24): a session that still reports one interim
 * interval after its Disconnect was acknowledged gets another, if it should still be gone. Returns how many were
 * found.
 */
export async function repeatUnheeded(options: {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wallChoices: () => WallChoices | Promise<WallChoices>;
}): Promise<number> {
  const { db, logger } = options;
  const found = await undeadSessions(db, {
    lookBack,
    interimDefaultS: INTERIM_DEFAULT_S,
    limit: batchSizeMax,
  });
  const choices = found.length > 0 ? await options.wallChoices() : undefined;
  for (const session of found) {
    logger.warn({
      event: 'network.disconnect_unheeded',
      service_id: session.serviceId,
      session_id: session.sessionId,
      nas_id: session.nasId,
      cause: session.cause,
    });
    if (choices !== undefined) await repeat(options, session, choices);
  }
  return found.length;
}

/** An order by hand is repeated as it was; any other is planned anew, for the service may have changed. */
async function repeat(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  session: UndeadSession,
  choices: WallChoices,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (session.cause === 'disconnect_requested') {
      const { serviceId, sessionId, nasId, cause } = session;
      await insertEnforcement(tx, { serviceId, sessionId, nasId, cause, kind: 'disconnect', attributes: [] });
      return;
    }
    const trigger = { isDisconnectRequested: false, isSpeedChanged: true };
    await planService(tx, { serviceId: session.serviceId, trigger, choices, nowMs: clock.nowMs() });
  });
}
