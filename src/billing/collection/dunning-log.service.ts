import type { Queryable } from '../../db/database.ts';
import { type DunningLog, type DunningLogFilter, listDunningLogs } from './dunning-log.store.ts';

export type { DunningLog, DunningLogFilter } from './dunning-log.store.ts';

/** Entries of the dunning log, newest first. */
export function readDunningLogs(q: Queryable, filter: DunningLogFilter): Promise<DunningLog[]> {
  return listDunningLogs(q, filter);
}
