import type { Database } from '../../db/database.ts';
import type { Job } from '../scheduler/job.port.ts';
import { forgetSilentRoles } from './role-health.service.ts';

/** Forgets roles that have been silent for a day, once an hour. */
export function pruneRoleHealthJob(db: Database): Job {
  return {
    name: 'prune-role-health',
    schedule: '33 * * * *',
    follows: 'real_time',
    run: async () => ({ deleted: await forgetSilentRoles(db) }),
  };
}
