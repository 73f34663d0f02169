import { writeFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import type { Database } from '../../db/database.ts';
import { FORMATS } from '../../network/import/formats.ts';
import { radiusDatabaseSource } from '../../network/import/freeradius-database.service.ts';
import { type EndedRun, readRunRows } from '../../network/import/import-run.service.ts';
import { importSources } from '../../network/import/import-sources.service.ts';
import { MARK } from '../../network/routeros/desired-items.ts';
import { columnMapping } from '../../subscribers/import/column-mapping.ts';
import { type Command, type CommandCall, EXIT } from '../command.ts';
import { formatCount } from '../format.ts';
import { sourceFiles } from '../source-files.ts';
import { printable } from '../table.ts';

const errorsShown = 20;
const rowsPerPage = 1_000;

/** The command `import subscribers`. */
export const importSubscribersCommand: Command = {
  name: 'import subscribers',
  summary: 'add subscribers, packages and routers from a file or another system',
  positionals: [
    { name: 'file', help: 'a file, a directory of files, or for freeradius the URL of its PostgreSQL' },
  ],
  options: {
    format: { value: 'F', help: `${FORMATS.map(({ name }) => name).join(', ')}; csv when left out` },
    package: { value: 'C', help: 'the package of rows that name none' },
    column: { value: 'OURS=HEADING', help: 'of a CSV: where a column of ours is', isRepeatable: true },
    'dry-run': { help: 'say what would be done, change nothing' },
    errors: { value: 'FILE', help: 'write the rows that were left out, with the reason, as CSV' },
  },
  notes: [
    'CSV: UTF-8 or UTF-16, separated by comma, semicolon or tab. Columns: username, password; package or plan, rate or',
    'rate_limit, pool, ip, mac, customer, phone, email, description, sessions, expires, state.',
    'A package that does not exist is made of the first row that names a rate, at price 0. Without a customer',
    'every row gets one of its own. User names that exist are compared and left, so a file can be imported again.',
    'Every import can be undone: import list, import undo. Exit status 1 when rows were left out.',
  ],
  examples: [
    'import subscribers subscribers.csv --dry-run',
    'import subscribers radius.sql --format freeradius',
    'import subscribers old.csv --column username=Login --column password=Secret --package HOME20',
  ],
  async run(call) {
    const { args, out, open, io } = call;
    const file = args.required('file');
    const columns = args.all('column');
    const mapping = columns.length === 0 ? undefined : columnMapping(columns);
    const { db, box, businessClock: clock, actor } = await open();
    const startedMs = clock.monotonicMs();
    const isDatabase = /^postgres(ql)?:\/\//.test(file);
    const sources = isDatabase ? [radiusDatabaseSource(file)] : await sourceFiles(file, io.signal);
    const ended = await importSources(
      { db, box, clock },
      {
        format: args.text('format') ?? (isDatabase ? 'freeradius' : 'csv'),
        sources,
        isDryRun: args.flag('dry-run'),
        defaultPlanCode: args.text('package'),
        columns: mapping,
        ownMark: MARK,
        actor,
        onProgress: (now) =>
          out.progress(`${formatCount(now.created)} created, ${formatCount(now.skipped)} skipped`),
      },
    );
    out.progress('');
    const seconds = Math.round(clock.monotonicMs() - startedMs) / 1000;
    const errorsFile = args.text('errors');
    if (errorsFile !== undefined) await writeErrors(db, ended.run.id, errorsFile);
    return report(call, ended, { file: isDatabase ? ended.run.source : file, seconds });
  },
};

function report(
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

/** Every row that was left out, with its reason; never with its password. */
async function writeErrors(db: Database, runId: string, file: string): Promise<void> {
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
