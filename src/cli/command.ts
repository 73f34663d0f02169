import type { Arguments } from './arguments.ts';
import type { CliContext } from './context.ts';
import type { CliIo } from './io.ts';
import type { Output } from './output.ts';
import type { Syntax } from './syntax.ts';

/** What a command is called with. */
export interface CommandCall {
  readonly args: Arguments;
  readonly out: Output;
  readonly io: CliIo;
  /** Opens the database on first use; it is closed when the command has ended. */
  open(): Promise<CliContext>;
}

/** Exit statuses of the command line. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  unavailable: 5,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** One command of the command line; `--json` and `--help` are understood by all. */
export interface Command extends Syntax {
  /** Its words, `nas add`. */
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Sentences below the options. */
  readonly notes?: readonly string[];
  /** What follows `npm run cli --`. */
  readonly examples: readonly string[];
  /** Answers the exit status, or nothing for success; throws `AppError` and `UsageError`. */
  run(call: CommandCall): Promise<ExitStatus | undefined>;
}
