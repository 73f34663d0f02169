import { FORMATS } from '../../network/import/formats.ts';
import { radiusDatabaseSource } from '../../network/import/freeradius-database.service.ts';
import { importSources } from '../../network/import/import-sources.service.ts';
import { MARK } from '../../network/routeros/desired-items.ts';
import { columnMapping } from '../../subscribers/import/column-mapping.ts';
import type { Command } from '../command.ts';
import { formatCount } from '../format.ts';
import { reportImport, writeImportErrors } from '../import-outcome.ts';
import { sourceFiles } from '../source-files.ts';

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
    if (errorsFile !== undefined) await writeImportErrors(db, ended.run.id, errorsFile);
    return reportImport(call, ended, { file: isDatabase ? ended.run.source : file, seconds });
  },
};
