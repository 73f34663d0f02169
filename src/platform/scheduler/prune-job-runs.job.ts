import type { Database } from '../../db/database.ts';
import type { Job } from './job.port.ts';
import { pruneJobRuns } from './job-history.service.ts';

/** Forgets old runs of jobs, once an hour. */
export function pruneJobRunsJob(db: Database): Job {
  return {
    name: 'prune-job-runs',
    schedule: '23 * * * *',
    follows: 'real_time',
    run: async () => ({ deleted: await pruneJobRuns(db) }),
  };
}
