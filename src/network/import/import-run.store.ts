import type { Queryable, Transaction } from '../../db/database.ts';
import type { ItemKind, RowRecord } from '../../subscribers/import/row-record.ts';
import type { ImportCounts, ImportRowView, ImportRun } from './import-run.ts';

const COLUMNS = `id, format, source, is_dry_run as "isDryRun", actor, state, counts, to_json(warnings) as warnings, failure,
  created_at as "createdAt", finished_at as "finishedAt", undone_at as "undoneAt"`;

type Nullable<T> = {
  readonly [K in keyof T]: undefined extends T[K] ? Exclude<T[K], undefined> | null : T[K];
};

/** Begins a run; returns its id. */
export async function insertRun(
  q: Queryable,
  run: {
    readonly format: string;
    readonly source: string;
    readonly nasId: string | undefined;
    readonly isDryRun: boolean;
    readonly actor: string;
  },
): Promise<string> {
  const [row] = await q.query<{ id: string }>(
    `insert into import_runs (format, source, nas_id, is_dry_run, actor)
     values ($1::text, $2::text, $3::bigint, $4::boolean, $5::text) returning id`,
    [run.format, run.source, run.nasId ?? null, run.isDryRun, run.actor],
  );
  return String(row?.id);
}

/** Ends a run; with `failure` it ended early. */
export async function closeRun(
  q: Queryable,
  id: string,
  end: { readonly counts: ImportCounts; readonly warnings: readonly string[]; readonly failure?: string },
): Promise<void> {
  await q.query(
    `update import_runs set state = case when $4::text is null then 'done' else 'failed' end, counts = $2::jsonb,
       warnings = $3::text[], failure = $4::text, finished_at = now() where id = $1::bigint`,
    [id, JSON.stringify(end.counts), end.warnings, end.failure ?? null],
  );
}

/** Keeps what became of rows. */
export async function insertRows(q: Queryable, runId: string, rows: readonly RowRecord[]): Promise<void> {
  if (rows.length === 0) return;
  await q.query(
    `insert into import_rows (run_id, line, kind, name, action, detail)
     select $1::bigint, * from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[])`,
    [
      runId,
      rows.map((row) => row.line),
      rows.map((row) => row.kind),
      rows.map((row) => row.name),
      rows.map((row) => row.action),
      rows.map((row) => row.detail ?? null),
    ],
  );
}

/** Keeps what was made, ids that follow one another as one range. */
export async function insertItems(
  q: Queryable,
  runId: string,
  kind: ItemKind,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await q.query(
    `insert into import_items (run_id, kind, first_id, last_id)
     select $1::bigint, $2::text, min(id), max(id)
     from (select id, id - row_number() over (order by id) as stretch from unnest($3::bigint[]) as id) as numbered
     group by stretch`,
    [runId, kind, ids],
  );
}

/** A page of runs, the newest first. */
export async function listRuns(
  q: Queryable,
  page: { readonly beforeId: string | undefined; readonly limit: number },
): Promise<ImportRun[]> {
  const rows = await q.query<Nullable<ImportRun>>(
    `select ${COLUMNS} from import_runs where ($1::bigint is null or id < $1::bigint) order by id desc limit $2::int`,
    [page.beforeId ?? null, page.limit],
  );
  return rows.map(toRun);
}

/** One run. */
export async function findRun(q: Queryable, id: string): Promise<ImportRun | undefined> {
  const [row] = await q.query<Nullable<ImportRun>>(
    `select ${COLUMNS} from import_runs where id = $1::bigint`,
    [id],
  );
  return row && toRun(row);
}

/** One run, locked: two undo it one after the other. */
export async function lockRun(tx: Transaction, id: string): Promise<ImportRun | undefined> {
  await tx.query('select from import_runs where id = $1::bigint for no key update', [id]);
  return findRun(tx, id);
}

/** Notes that a run was undone. */
export async function markUndone(tx: Transaction, id: string, by: string): Promise<void> {
  await tx.query(
    `update import_runs set state = 'undone', undone_at = now(), undone_by = $2::text where id = $1::bigint`,
    [id, by],
  );
}

/** A page of the rows of a run, in the order they were met. */
export async function listRows(
  q: Queryable,
  page: {
    readonly runId: string;
    readonly action: string | undefined;
    readonly afterId: string | undefined;
    readonly limit: number;
  },
): Promise<ImportRowView[]> {
  const rows = await q.query<Nullable<ImportRowView>>(
    `select id, line, kind, name, action, detail from import_rows
     where run_id = $1::bigint and ($2::text is null or action = $2::text) and ($3::bigint is null or id > $3::bigint)
     order by id limit $4::int`,
    [page.runId, page.action ?? null, page.afterId ?? null, page.limit],
  );
  return rows.map((row) => ({ ...row, detail: row.detail ?? undefined }));
}

function toRun(row: Nullable<ImportRun>): ImportRun {
  return {
    ...row,
    failure: row.failure ?? undefined,
    finishedAt: row.finishedAt ?? undefined,
    undoneAt: row.undoneAt ?? undefined,
  };
}
