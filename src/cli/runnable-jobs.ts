import { checkLedgerJob } from '../billing/jobs/check-ledger.job.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { reconcileNetworkJob } from '../network/reconcile-network.job.ts';
import type { Logger } from '../platform/logger.port.ts';
import type { Job } from '../platform/scheduler/job.port.ts';
import { endTemporarySpeedsJob } from '../subscribers/speeds/end-temporary-speeds.job.ts';

/** What these jobs work with. */
export interface RunnableJobParts {
  readonly db: Database;
  readonly businessClock: Clock;
  readonly logger: Logger;
}

/**
 * The scheduled jobs, besides the tasks of billing, that there is a reason to run at once. The others tidy up, or
 * remember between their runs what they saw.
 */
export const RUNNABLE_JOBS: readonly ((parts: RunnableJobParts) => Job)[] = [
  ({ db, businessClock }) => reconcileNetworkJob({ db, businessClock }),
  ({ db, businessClock }) => endTemporarySpeedsJob({ db, clock: businessClock }),
  ({ db, logger }) => checkLedgerJob({ db, logger }),
];
