import type { Database } from '../../db/database.ts';
import type { Logger } from '../../platform/logger.port.ts';
import { type Discrepancy, findDiscrepancies } from './ledger-check.store.ts';

export type { Discrepancy } from './ledger-check.store.ts';

/** Proves the books in one snapshot (billing-rules G2); each discrepancy is logged as an error. Empty when all is well. */
export async function checkLedger(deps: {
  readonly db: Database;
  readonly logger: Logger;
}): Promise<Discrepancy[]> {
  const discrepancies = await deps.db.transaction(
    async (tx) => {
      await tx.query('set transaction isolation level repeatable read, read only');
      return findDiscrepancies(tx);
    },
    { deadlineMs: 3_600_000 },
  );
  for (const one of discrepancies) deps.logger.error({ event: 'billing.ledger_discrepancy', ...one });
  return discrepancies;
}
