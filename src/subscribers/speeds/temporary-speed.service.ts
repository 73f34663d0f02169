import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SYSTEM_ACTOR } from '../../platform/identity/actor.ts';
import { lockService } from '../services/service.store.ts';
import { recordChange } from '../services/service-change.service.ts';
import { servicesPastTheirSpeed } from './temporary-speed.store.ts';

const pageSizeMax = 500;

/**
 * Gives services whose temporary rate has ended the plan's rate again, each in a transaction of its own; live
 * sessions follow by the event. `clock` is the business clock. Returns how many.
 */
export async function endTemporarySpeeds(
  deps: { readonly db: Database; readonly clock: Clock },
  signal: AbortSignal,
): Promise<number> {
  let ended = 0;
  for (;;) {
    const at = new Date(deps.clock.nowMs());
    const due = await servicesPastTheirSpeed(deps.db, { at, limit: pageSizeMax });
    for (const username of due) {
      if (signal.aborted) return ended;
      if (await endOne(deps.db, username, at)) ended += 1;
    }
    if (due.length < pageSizeMax) return ended;
  }
}

/** Looked at again under the lock: an operator may have given another speed meanwhile. */
function endOne(db: Database, username: string, at: Date): Promise<boolean> {
  return db.transaction(async (tx) => {
    const service = await lockService(tx, { username });
    if (service?.rateLimitUntil === undefined || service.rateLimitUntil > at) return false;
    await recordChange(tx, SYSTEM_ACTOR, service, {
      patch: { rateLimit: null, rateLimitUntil: null, stateVersion: service.stateVersion + 1 },
      action: 'speed_changed',
      topics: ['service.speed_changed'],
      detail: { from: service.rateLimit ?? null, to: null, until: null },
    });
    return true;
  });
}
