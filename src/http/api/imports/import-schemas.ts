import { z } from '@hono/zod-openapi';
import type { EndedRun } from '../../../network/import/import-run.service.ts';
import type { ImportRowView, ImportRun } from '../../../network/import/import-run.ts';
import type { UndoResult } from '../../../network/import/undo.ts';
import { id, instant, number } from '../../schemas/values.ts';

const counts = z.record(z.string(), z.int()).openapi({
  example: { created: 480, skipped: 15, failed: 5, packages: 4, nas: 0, sessions: 0 },
});

/** An import as it is remembered. */
export const importSchema = z
  .object({
    id,
    format: z.string(),
    source: z.string().openapi({ description: 'The file, the router or the database it came from.' }),
    is_dry_run: z.boolean(),
    actor: z.string(),
    state: z.enum(['running', 'done', 'failed', 'undone']),
    counts,
    warnings: z.array(z.string()),
    failure: z.string().nullable().openapi({ description: 'Why it ended early.' }),
    created_at: instant,
    finished_at: instant.nullable(),
    undone_at: instant.nullable(),
  })
  .openapi('Import');

/** What became of one row. */
export const importRowSchema = z
  .object({
    line: z.int(),
    kind: z.enum(['service', 'package', 'nas']),
    name: z.string(),
    action: z.enum(['create', 'exists', 'differs', 'left']),
    detail: z
      .string()
      .nullable()
      .openapi({ description: 'Why it is left, or how it differs from what is here.' }),
  })
  .openapi('ImportRow');

/** The answer of an import. */
export const importAnswer = importSchema.extend({
  errors: z
    .array(z.object({ line: z.int(), reason: z.string() }))
    .openapi({ description: 'The first thousand; all are in its rows.' }),
  packages_created: z.array(z.string()),
});

const count = z.int();
/** The answer of an undoing. */
export const undoSchema = z
  .object({
    dry_run: z.boolean(),
    removed: z.object({
      service: count,
      customer: count,
      package: count,
      nas: count,
      session: count,
    }),
    kept_count: count,
    kept: z
      .array(z.object({ kind: z.string(), id, name: z.string(), reason: z.string() }))
      .openapi({ description: 'The first thousand of what has been used or changed since.' }),
  })
  .openapi('ImportUndo');

/** The import as JSON. */
export function importView(run: ImportRun): z.infer<typeof importSchema> {
  return {
    id: number(run.id),
    format: run.format,
    source: run.source,
    is_dry_run: run.isDryRun,
    actor: run.actor,
    state: run.state,
    counts: { ...run.counts },
    warnings: [...run.warnings],
    failure: run.failure ?? null,
    created_at: run.createdAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
    undone_at: run.undoneAt?.toISOString() ?? null,
  };
}

/** An import that has just ended as JSON. */
export function importAnswerView({ run, report }: EndedRun): z.infer<typeof importAnswer> {
  return { ...importView(run), errors: [...report.errors], packages_created: [...report.packagesCreated] };
}

/** A row as JSON. */
export function importRowView(row: ImportRowView): z.infer<typeof importRowSchema> {
  const { line, name, detail } = row;
  const kind = importRowSchema.shape.kind.parse(row.kind);
  const action = importRowSchema.shape.action.parse(row.action);
  return { line, kind, name, action, detail: detail ?? null };
}

/** An undoing as JSON. */
export function undoView(result: UndoResult, isDryRun: boolean): z.infer<typeof undoSchema> {
  return {
    dry_run: isDryRun,
    removed: { ...result.removed },
    kept_count: result.keptCount,
    kept: result.kept.map(({ kind, id: itemId, name, kept }) => ({
      kind,
      id: number(itemId),
      name,
      reason: kept ?? '',
    })),
  };
}
