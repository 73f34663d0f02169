import type { Database } from '../db/database.ts';
import type { Job } from '../platform/scheduler/job.port.ts';
import { maintainPartitions } from './partitions.service.ts';

/** Keeps the day partitions of raw accounting and the authentication log in order, and told usage too, once an hour. */
export function maintainPartitionsJob(db: Database): Job {
  return {
    name: 'maintain-partitions',
    schedule: '7 * * * *',
    follows: 'real_time',
    run: (signal) => maintainPartitions(db, signal),
  };
}
