import type { Database } from '../../../db/database.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Job } from '../../scheduler/job.port.ts';
import { forgetOldSessions } from './session.service.ts';

/** Forgets sessions that ended a month ago, once an hour. `clock` is the machine's. */
export function pruneSessionsJob(deps: { db: Database; clock: Clock }): Job {
  return {
    name: 'prune-sessions',
    schedule: '47 * * * *',
    follows: 'real_time',
    run: async () => ({ deleted: await forgetOldSessions(deps) }),
  };
}
