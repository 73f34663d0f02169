import type { Database } from '../../db/database.ts';
import type { Logger } from '../../platform/logger.port.ts';
import type { Job } from '../../platform/scheduler/job.port.ts';
import { checkLedger } from '../ledger/ledger-check.service.ts';

/** Proves the books every night (billing-rules G2). */
export function checkLedgerJob(deps: { readonly db: Database; readonly logger: Logger }): Job {
  return {
    name: 'check-ledger',
    schedule: '30 4 * * *',
    follows: 'real_time',
    run: async () => ({ discrepancies: (await checkLedger(deps)).length }),
  };
}
