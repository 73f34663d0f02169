import type { Database } from '../../db/database.ts';
import type { Job } from '../scheduler/job.port.ts';
import { pruneOldChanges } from './change-log.service.ts';

/** Keeps the change log at a day's length, once an hour. */
export function pruneChangeLogJob(db: Database): Job {
  return {
    name: 'prune-change-log',
    schedule: '13 * * * *',
    follows: 'real_time',
    run: async () => ({ deleted: await pruneOldChanges(db) }),
  };
}
