import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Job } from '../platform/scheduler/job.port.ts';
import { reconcileSessions } from './enforcement/enforcement-of-many.service.ts';
import { readWallChoices } from './enforcement/wall-choices.service.ts';
import { recheckServices } from './provisioning/service-mode.service.ts';

/**
 * Every five minutes compares all live sessions with the data, and has every service of mode `local` looked at on its
 * router again: what somebody changed there, what a reboot lost, what an event did not bring about and what follows from
 * time alone (expiry, allowance) is mended so. The sessions follow the business clock.
 */
export function reconcileNetworkJob(parts: { readonly db: Database; readonly businessClock: Clock }): Job {
  const { db, businessClock: clock } = parts;
  return {
    name: 'reconcile-network',
    schedule: '*/5 * * * *',
    follows: 'real_time',
    run: async (signal) => {
      const choices = await readWallChoices(db);
      const { sessions, orders } = await reconcileSessions({ db, clock }, { choices, signal });
      return { sessions, orders, rechecked: await recheckServices(db) };
    },
  };
}
