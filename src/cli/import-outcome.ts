import { writeFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import type { Database } from '../db/database.ts';
import { type EndedRun, readRunRows } from '../network/import/import-run.service.ts';
import { type CommandCall, EXIT } from './command.ts';
import { formatCount } from './format.ts';
import { printable } from './table.ts';

const errorsShown = 20;
const rowsPerPage = 1_000;

/** Says what came of an import, or would, and answers the exit status: 1 when rows were left out. */
export function reportImport(
  { out, io }: CommandCall,
  ended: EndedRun,
  { file, seconds }: { readonly file: string; readonly seconds: number },
) {
  const { run, report: result, nas = 0, sessions = 0, warnings = [] } = ended;
  const isInterrupted = io.signal.aborted;
  const machine = { file, importId: run.id, isDryRun: run.isDryRun, ...result, nas, sessions, warnings };
  out.result({ ...machine, seconds, isInterrupted }, () => summary(ended, seconds));
  if (!out.isJson) {
    for (const warning of warnings) out.note(printable(warning));
    noteErrors(ended, out.note.bind(out));
  }
  if (isInterrupted) {
    out.note('Interrupted: the rest of the file was not read. Run it again to go on.');
    return EXIT.interrupted;
  }
  return result.failed > 0 ? EXIT.failed : EXIT.done;
}

function summary({ run, report: result, nas = 0, sessions = 0 }: EndedRun, seconds: number): string {
  const packages = result.packagesCreated;
  const word = run.isDryRun ? 'would be created' : 'created';
  return [
    `${formatCount(result.created)} ${word}, ${formatCount(result.skipped)} existed already, ${formatCount(result.failed)} left out, in ${seconds.toFixed(1)} s.`,
    ...(packages.length === 0 ? [] : [`New packages: ${packages.join(', ')}. Look at their prices.`]),
    ...(nas === 0 ? [] : [`Routers: ${formatCount(nas)}.`]),
    ...(sessions === 0 ? [] : [`Past sessions: ${formatCount(sessions)}.`]),
    `What became of each row: import rows ${run.id}.${run.isDryRun ? '' : ` To take it back: import undo ${run.id}.`}`,
  ].join('\n');
}

function noteErrors({ report: result }: EndedRun, note: (sentence: string) => void): void {
  for (const { line, reason } of result.errors.slice(0, errorsShown)) {
    note(`line ${line}: ${printable(reason)}`);
  }
  const more = result.failed - Math.min(result.failed, errorsShown);
  if (more > 0) note(`and ${formatCount(more)} more; --errors FILE writes them all.`);
}

/** Writes every row that was left out, with its reason; never with its password. */
export async function writeImportErrors(db: Database, runId: string, file: string): Promise<void> {
  const lines = [stringify([['line', 'username', 'reason']])];
  for (let afterId: string | undefined; ; ) {
    const rows = await readRunRows(db, { runId, action: 'left', afterId, limit: rowsPerPage });
    const cells = rows.map(({ line, name, detail }) => [line, name, detail ?? '']);
    lines.push(stringify(cells, { escape_formulas: true }));
    afterId = rows.at(-1)?.id;
    if (afterId === undefined || rows.length < rowsPerPage) break;
  }
  await writeFile(file, lines.join(''));
}
