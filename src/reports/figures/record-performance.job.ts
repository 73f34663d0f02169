import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Job } from '../../platform/scheduler/job.port.ts';
import { recordPerformance } from './performance.service.ts';

/** Keeps how the business stands, each day after the night's billing; `clock` is the business clock. */
export function recordPerformanceJob(deps: { readonly db: Database; readonly clock: Clock }): Job {
  return {
    name: 'record-performance',
    schedule: '30 3 * * *',
    follows: 'business',
    run: () => recordPerformance(deps),
  };
}
