import type { Database } from '../../db/database.ts';
import type { Job } from '../../platform/scheduler/job.port.ts';
import { forgetOldLooks } from './router-polling.service.ts';

/** Forgets looks at routers older than a month, once a night. */
export function pruneRouterHealthJob(db: Database): Job {
  return {
    name: 'prune-router-health',
    schedule: '17 3 * * *',
    follows: 'real_time',
    run: async () => ({ deleted: await forgetOldLooks(db) }),
  };
}
