import type { Transaction } from '../../db/database.ts';
import { lockNumbers } from '../invoices/number-series.store.ts';
import { lockSegments } from './period.store.ts';

/**
 * Keeps reports from being counted until the transaction ends, so that none is counted into a segment that is being
 * cut while it waits. Take it last: every report waits. No segment may have been written in the transaction, and the
 * numbers are locked first: two that hold a part of this and want the rest would wait for each other.
 */
export async function holdCounting(tx: Transaction): Promise<void> {
  await lockNumbers(tx);
  await lockSegments(tx);
}
