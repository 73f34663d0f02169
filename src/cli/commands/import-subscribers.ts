import { createReadStream } from 'node:fs';
import { AppError, messageOf } from '../../kernel/errors.ts';
import { type ImportReport, importSubscribers } from '../../subscribers/import/import.service.ts';
import { type Command, type CommandCall, EXIT } from '../command.ts';
import { formatCount } from '../format.ts';
import { printable } from '../table.ts';

const errorsShown = 20;

/** The command `import subscribers`. */
export const importSubscribersCommand: Command = {
  name: 'import subscribers',
  summary: 'add services from a CSV file',
  positionals: [{ name: 'file', help: 'the CSV file, UTF-8, its first line naming the columns' }],
  options: { package: { value: 'C', help: 'the package of rows that name none' } },
  notes: [
    'Columns: username, password; package or plan, rate or rate_limit, pool, ip, mac, customer.',
    'A package that does not exist is made of the first row that names a rate, at price 0. Without a customer',
    'every row gets one of its own. User names that exist are skipped, so a file can be imported again.',
    'Exit status 1 when rows were left out.',
  ],
  examples: ['import subscribers subscribers.csv'],
  async run(call) {
    const { args, out, open } = call;
    const file = args.required('file');
    const { db, box, businessClock: clock, actor } = await open();
    const startedMs = clock.monotonicMs();
    const report = await importSubscribers({ db, box, clock }, readText(file, call), {
      actor,
      defaultPlanCode: args.text('package'),
      onProgress: (now) =>
        out.progress(`${formatCount(now.created)} created, ${formatCount(now.skipped)} skipped`),
    });
    out.progress('');
    const seconds = Math.round(clock.monotonicMs() - startedMs) / 1000;
    const isInterrupted = call.io.signal.aborted;
    out.result({ file, ...report, seconds, isInterrupted }, () => summary(report, seconds));
    if (!out.isJson) noteErrors(report, call);
    if (isInterrupted) {
      out.note('Interrupted: the rest of the file was not read. Run it again to go on.');
      return EXIT.interrupted;
    }
    return report.failed > 0 ? EXIT.failed : EXIT.done;
  },
};

/** The file's text piece by piece, without its byte order mark, until it ends or Ctrl-C is pressed. */
async function* readText(file: string, { io }: CommandCall): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
      yield decoder.decode(chunk, { stream: true });
      if (io.signal.aborted) return;
    }
    yield decoder.decode();
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): unknown {
  if (cause instanceof TypeError) {
    return new AppError('invalid', 'file_not_utf8', `'${file}' is not UTF-8: save it as CSV UTF-8.`, {
      cause,
    });
  }
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT')
    return new AppError('not_found', 'file_not_found', `There is no file '${file}'.`, { cause });
  if (typeof code !== 'string' || !code.startsWith('E')) return cause;
  return new AppError('invalid', 'file_unreadable', `'${file}' cannot be read: ${messageOf(cause)}.`, {
    cause,
  });
}

function summary(report: ImportReport, seconds: number): string {
  const packages = report.packagesCreated;
  return [
    `${formatCount(report.created)} created, ${formatCount(report.skipped)} existed already, ${formatCount(report.failed)} left out, in ${seconds.toFixed(1)} s.`,
    ...(packages.length === 0 ? [] : [`New packages, at price 0: ${packages.join(', ')}.`]),
  ].join('\n');
}

function noteErrors(report: ImportReport, { out }: CommandCall): void {
  for (const { line, reason } of report.errors.slice(0, errorsShown)) {
    out.note(`line ${line}: ${printable(reason)}`);
  }
  const more = report.failed - Math.min(report.failed, errorsShown);
  if (more > 0) out.note(`and ${formatCount(more)} more; --json lists them.`);
}
