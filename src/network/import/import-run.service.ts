import type { Database } from '../../db/database.ts';
import { messageOf, notFound } from '../../kernel/errors.ts';
import { type Actor, actorLabel } from '../../platform/identity/actor.ts';
import type { ImportRecorder } from '../../subscribers/import/import-recorder.service.ts';
import type { ImportReport } from '../../subscribers/import/import-report.ts';
import {
  closeRun,
  findRun,
  insertItems,
  insertRows,
  insertRun,
  listRows,
  listRuns,
} from './import-run.store.ts';
import type { ImportCounts, ImportRowView, ImportRun } from './import-run.ts';

/** What an import is begun with. */
export interface RunOrder {
  readonly format: string;
  readonly source: string;
  readonly nasId?: string | undefined;
  readonly isDryRun: boolean;
  readonly actor: Actor;
}

/** What came of the work of a run. */
export interface RunResult {
  readonly report: ImportReport;
  readonly nas?: number;
  readonly sessions?: number;
  readonly warnings?: readonly string[];
}

/** A run that has ended, with the errors of its first rows. */
export interface EndedRun extends RunResult {
  readonly run: ImportRun;
}

/**
 * Does the work of an import and keeps what it did. When it throws, what was made before stays recorded, so that it
 * can be undone, and the error is passed on.
 */
export async function recordRun(
  db: Database,
  order: RunOrder,
  work: (recorder: ImportRecorder) => Promise<RunResult>,
): Promise<EndedRun> {
  const runId = await insertRun(db, { ...order, nasId: order.nasId, actor: actorLabel(order.actor) });
  const recorder: ImportRecorder = {
    rows: (q, rows) => insertRows(q, runId, rows),
    made: (q, kind, ids) => insertItems(q, runId, kind, ids),
  };
  let result: RunResult;
  try {
    result = await work(recorder);
  } catch (error) {
    await closeRun(db, runId, { counts: NOTHING, warnings: [], failure: messageOf(error) });
    throw error;
  }
  const { report, nas = 0, sessions = 0, warnings = [] } = result;
  const { created, skipped, failed, packagesCreated } = report;
  const counts = { created, skipped, failed, packages: packagesCreated.length, nas, sessions };
  await closeRun(db, runId, { counts, warnings });
  return { ...result, run: await requireRun(db, runId) };
}

const NOTHING: ImportCounts = { created: 0, skipped: 0, failed: 0, packages: 0, nas: 0, sessions: 0 };

/** One run. Throws `import_not_found`. */
export async function requireRun(db: Database, id: string): Promise<ImportRun> {
  const run = await findRun(db, id);
  if (run !== undefined) return run;
  throw notFound('import_not_found', `There is no import ${id}.`);
}

/** A page of imports, the newest first. */
export function readRuns(
  db: Database,
  page: { readonly beforeId: string | undefined; readonly limit: number },
): Promise<ImportRun[]> {
  return listRuns(db, page);
}

/** A page of what became of the rows of an import. */
export function readRunRows(db: Database, page: Parameters<typeof listRows>[1]): Promise<ImportRowView[]> {
  return listRows(db, page);
}
