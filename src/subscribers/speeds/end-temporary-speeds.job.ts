import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Job } from '../../platform/scheduler/job.port.ts';
import { endTemporarySpeeds } from './temporary-speed.service.ts';

/** Ends temporary speeds, every minute. `clock` is the business clock. */
export function endTemporarySpeedsJob(deps: { readonly db: Database; readonly clock: Clock }): Job {
  return {
    name: 'end-temporary-speeds',
    schedule: '* * * * *',
    follows: 'business',
    run: async (signal) => ({ ended: await endTemporarySpeeds(deps, signal) }),
  };
}
