import type { Database, Transaction } from '../../db/database.ts';
import { rehearse } from '../../db/rehearsal.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import { type Actor, actorLabel } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { lockRun, markUndone } from './import-run.store.ts';
import type { ImportRun } from './import-run.ts';
import { deleteItems, deleteSessions, findUses, lockItems } from './undo.store.ts';
import { keptReason, UNDO_ORDER, type UndoItem, type UndoResult } from './undo.ts';

const keptShownMax = 1_000;
/** An import that ran longer than this is not running any more: its process ended without a word. */
const runningMaxMs = 3_600_000;
const deadlineMs = 120_000;

/**
 * Takes away what an import made and nobody has used or changed since; the rest is kept, each with its reason. Done
 * again, it takes what has become free meanwhile. A dry run says the same and changes nothing. Throws
 * `import_not_found`, `import_was_dry_run` or `import_running`.
 */
export async function undoImport(
  db: Database,
  order: { readonly id: string; readonly isDryRun: boolean; readonly actor: Actor; readonly nowMs: number },
): Promise<UndoResult> {
  const work = (tx: Transaction) => undo(tx, order);
  return order.isDryRun ? rehearse(db, work, { deadlineMs }) : db.transaction(work, { deadlineMs });
}

async function undo(
  tx: Transaction,
  { id, actor, nowMs }: { readonly id: string; readonly actor: Actor; readonly nowMs: number },
): Promise<UndoResult> {
  const run = await lockRun(tx, id);
  if (run === undefined) throw notFound('import_not_found', `There is no import ${id}.`);
  refuse(run, nowMs);
  const removed = { service: 0, customer: 0, package: 0, nas: 0, session: await deleteSessions(tx, id) };
  const kept: UndoItem[] = [];
  for (const kind of UNDO_ORDER) {
    const items = await lockItems(tx, id, kind);
    const uses = await findUses(
      tx,
      kind,
      items.map((item) => item.id),
    );
    const free: string[] = [];
    for (const { id: itemId, name, isChanged } of items) {
      const reason = keptReason(uses.get(itemId) ?? [], isChanged);
      if (reason === undefined) free.push(itemId);
      else kept.push({ kind, id: itemId, name, kept: reason });
    }
    await deleteItems(tx, kind, free);
    removed[kind] = free.length;
  }
  await markUndone(tx, id, actorLabel(actor));
  await recordAudit(tx, {
    actor,
    action: 'import.undone',
    entity: 'import',
    entityId: id,
    after: { removed, kept: kept.length },
  });
  return { removed, keptCount: kept.length, kept: kept.slice(0, keptShownMax) };
}

function refuse(run: ImportRun, nowMs: number): void {
  if (run.isDryRun) {
    throw conflict('import_was_dry_run', `The import ${run.id} was a dry run: it made nothing.`);
  }
  if (run.state === 'running' && nowMs - run.createdAt.getTime() < runningMaxMs) {
    throw conflict('import_running', `The import ${run.id} is still running: wait for its end.`);
  }
}
