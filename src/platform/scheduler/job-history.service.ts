import type { Database, Queryable } from '../../db/database.ts';
import { pruneRuns } from './job-run.store.ts';
import { listRuns, type RecordedRun, type RunFilter } from './job-run-list.store.ts';

export type { RecordedRun, RunFilter } from './job-run-list.store.ts';

/** Jobs of every minute leave a row each: good ones are of interest for days, failed ones for longer. */
const KEEP = { doneDays: 3, failedDays: 30 };

/** Deletes what nobody will ask about any more; returns how many runs. */
export function pruneJobRuns(db: Database): Promise<number> {
  return pruneRuns(db, KEEP);
}

/** What jobs did and could not do, the run that began last first. */
export function readRuns(q: Queryable, filter: RunFilter): Promise<RecordedRun[]> {
  return listRuns(q, filter);
}
