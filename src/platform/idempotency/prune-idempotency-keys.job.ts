import type { Database } from '../../db/database.ts';
import type { Job } from '../scheduler/job.port.ts';
import { pruneKeys } from './idempotency.service.ts';

/** Forgets Idempotency-Keys older than two days, once an hour. */
export function pruneIdempotencyKeysJob(db: Database): Job {
  return {
    name: 'prune-idempotency-keys',
    schedule: '43 * * * *',
    follows: 'real_time',
    run: async () => ({ deleted: await pruneKeys(db) }),
  };
}
