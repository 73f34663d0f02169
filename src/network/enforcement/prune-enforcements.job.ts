import type { Database } from '../../db/database.ts';
import type { Job } from '../../platform/scheduler/job.port.ts';
import { pruneEnforcements } from './enforcement-history.service.ts';

/** Forgets orders to the network that were done a season ago, once a night. */
export function pruneEnforcementsJob(db: Database): Job {
  return {
    name: 'prune-enforcements',
    schedule: '53 3 * * *',
    follows: 'real_time',
    run: async (signal) => ({ deleted: await pruneEnforcements(db, signal) }),
  };
}
