import { AppError, type ErrorKind, messageOf } from '../kernel/errors.ts';
import { maskUrlPasswords } from '../platform/redaction.ts';
import { parseArguments, UsageError } from './arguments.ts';
import { type Command, EXIT, type ExitStatus } from './command.ts';
import { COMMANDS } from './commands.ts';
import { type CliContext, explainDatabase, openContext } from './context.ts';
import { commandHelp, overview } from './help.ts';
import type { CliIo } from './io.ts';
import { Output, toJson } from './output.ts';

/** Runs one command line without the program's name; never throws. */
export async function runCli(
  argv: readonly string[],
  io: CliIo,
  commands: readonly Command[] = COMMANDS,
): Promise<ExitStatus> {
  const isJson = argv.includes('--json');
  try {
    return await dispatch(argv, io, commands);
  } catch (error) {
    return report(error, io, isJson);
  }
}

async function dispatch(
  argv: readonly string[],
  io: CliIo,
  commands: readonly Command[],
): Promise<ExitStatus> {
  const wantsHelp = argv.length === 0 || argv[0] === 'help' || argv.includes('--help') || argv.includes('-h');
  const words = argv[0] === 'help' ? argv.slice(1) : argv;
  const command = findCommand(words, commands);
  if (command === undefined) return withoutCommand(words, wantsHelp, io, commands);
  if (wantsHelp) {
    io.stdout.write(`${commandHelp(command)}\n`);
    return EXIT.done;
  }
  return runCommand(command, words.slice(command.name.split(' ').length), io);
}

async function runCommand(command: Command, argv: readonly string[], io: CliIo): Promise<ExitStatus> {
  let context: CliContext | undefined;
  try {
    const args = parseArguments(command, argv);
    const out = new Output(io, args.flag('json'));
    const open = async (): Promise<CliContext> => {
      context ??= await openContext(io);
      return context;
    };
    return (await command.run({ args, out, io, open })) ?? EXIT.done;
  } catch (error) {
    if (error instanceof UsageError) error.message += ` See: ${command.name} --help.`;
    throw explainDatabase(error, context?.databaseUrl ?? '');
  } finally {
    await context?.close();
  }
}

/** The command with the most words that the line begins with. */
function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands
    .filter((command) => command.name.split(' ').every((word, index) => words[index] === word))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

/** No command, or only the first word of several: shows what there is. */
function withoutCommand(
  words: readonly string[],
  wantsHelp: boolean,
  io: CliIo,
  commands: readonly Command[],
): ExitStatus {
  const [first = ''] = words.filter((word) => !word.startsWith('-'));
  const group = commands.filter((command) => command.name.startsWith(`${first} `));
  if (first === '' || (wantsHelp && group.length > 0)) {
    io.stdout.write(`${overview(first === '' ? commands : group)}\n`);
    return EXIT.done;
  }
  if (group.length > 0) {
    const names = group.map((command) => command.name.slice(first.length + 1)).join(', ');
    throw new UsageError(`'${first}' needs one of these words after it: ${names}.`);
  }
  throw new UsageError(`There is no command '${first}'. See: help.`);
}

const STATUS_OF_KIND: Readonly<Record<ErrorKind, ExitStatus>> = {
  invalid: EXIT.usage,
  unauthenticated: EXIT.failed,
  forbidden: EXIT.failed,
  not_found: EXIT.notFound,
  conflict: EXIT.conflict,
  limited: EXIT.failed,
  payment_required: EXIT.failed,
  unavailable: EXIT.unavailable,
};

/** Tells of an error in a sentence, or with --json as an object, on stderr. */
function report(error: unknown, io: CliIo, isJson: boolean): ExitStatus {
  const isUsage = error instanceof UsageError;
  const code = isUsage ? 'usage' : error instanceof AppError ? error.code : 'internal';
  const message = maskUrlPasswords(messageOf(error));
  io.stderr.write(isJson ? `${toJson({ error: { code, message } })}\n` : `${message}\n`);
  if (isUsage) return EXIT.usage;
  if (error instanceof AppError) return STATUS_OF_KIND[error.kind];
  // A bug: the stack helps whoever mends it.
  if (!isJson && error instanceof Error && error.stack !== undefined) io.stderr.write(`${error.stack}\n`);
  return EXIT.failed;
}
