import type { Database } from '../db/database.ts';
import type { Job } from '../platform/scheduler/job.port.ts';
import { recheckServices } from './service-mode.service.ts';

/**
 * Has every service of mode `local` looked at on its router again, every five minutes: what somebody changed there,
 * what a reboot lost and what follows from time alone (expiry, allowance, edited packages) is mended so.
 */
export function reconcileNetworkJob(db: Database): Job {
  return {
    name: 'reconcile-network',
    schedule: '*/5 * * * *',
    follows: 'real_time',
    run: async () => ({ rechecked: await recheckServices(db) }),
  };
}
