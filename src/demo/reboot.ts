import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { listNas } from '../network/nas/nas.store.ts';
import { recordSessionChanges } from '../platform/events/change-log.store.ts';
import { closeSessionsOfNas } from '../usage/sessions/session.store.ts';
import { DEMO_ROUTERS } from './catalog.ts';

/**
 * Ends the sessions of an earlier demo: its routers lost their power with it and come up without them. A real router
 * says so by Accounting-On.
 */
export async function noteReboot({
  db,
  clock,
}: {
  readonly db: Database;
  readonly clock: Clock;
}): Promise<void> {
  for (const nas of await listNas(db)) {
    const router = DEMO_ROUTERS.find(({ name }) => name === nas.name);
    if (router === undefined) continue;
    const reboot = { nasId: Number(nas.id), nasAddress: router.address, atMs: clock.nowMs() };
    const ids = await closeSessionsOfNas(db, reboot);
    if (ids.length > 0) await recordSessionChanges(db, 'demo', ids.map(Number));
  }
}
