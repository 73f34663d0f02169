import { parseArgs } from 'node:util';
import { messageOf } from '../kernel/errors.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { USERS_MAX } from './load/population.ts';

/** The parts of the bench, in the order they run. */
export const SUITES = [
  'auth',
  'acct',
  'storm',
  'api',
  'overload',
  'memory',
  'routers',
  'crash',
  'billing',
  'freshness',
] as const;
export type Suite = (typeof SUITES)[number];

/** What the bench was asked to do. */
export interface BenchOptions {
  readonly users: number;
  /** Length of each closed-loop run and of each storm. */
  readonly seconds: number;
  readonly suites: readonly Suite[];
  /** Services that one invoice run bills; at most `users`. */
  readonly invoices: number;
  /** An outside server on which a database may be created; undefined: the embedded one. */
  readonly databaseUrl: string | undefined;
  /** File for the results. */
  readonly json: string | undefined;
  /** Where the temporary directory is made; undefined: the system's own place. */
  readonly directory: string | undefined;
  readonly isSmoke: boolean;
  /** Leaves the temporary directory with the product's log and database. */
  readonly isKept: boolean;
  readonly isHelp: boolean;
}

export const USAGE = `usage: npm run bench [-- OPTIONS]

  --users N           subscribers to provision (default 100000)
  --seconds S         length of each run (default 5)
  --invoices N        services due at once in the billing suite (default 10000, at most --users)
  --only LIST         of ${SUITES.join(',')} (default: all)
  --database-url URL  a PostgreSQL server of your own; a database is created on it and dropped again
  --json FILE         write the results there as well
  --directory DIR     make the temporary directory there (the disk under it decides about accounting)
  --keep              leave the temporary directory with the product's log and database
  --smoke             everything, tiny, in less than 20 seconds: proves that it works, measures nothing
`;

const SECONDS_MAX = 600;
const SMOKE = { users: 400, seconds: 0.2, invoices: 40 } as const;
const FULL = { users: 100_000, seconds: 5, invoices: 10_000 } as const;

/** Reads the command line; the error is one sentence. */
export function parseOptions(argv: readonly string[]): Result<BenchOptions, string> {
  const parsed = parse(argv);
  if (!parsed.ok) return parsed;
  const { values } = parsed.value;
  const defaults = values.smoke === true ? SMOKE : FULL;
  const users = values.users === undefined ? defaults.users : Number(values.users);
  if (!Number.isInteger(users) || users < 1 || users > USERS_MAX) {
    return err(`--users cannot be '${values.users}': it must be a whole number from 1 to ${USERS_MAX}.`);
  }
  const seconds = values.seconds === undefined ? defaults.seconds : Number(values.seconds);
  if (!(seconds > 0 && seconds <= SECONDS_MAX)) {
    return err(`--seconds cannot be '${values.seconds}': it must be above 0 and at most ${SECONDS_MAX}.`);
  }
  const invoices =
    values.invoices === undefined ? Math.min(defaults.invoices, users) : Number(values.invoices);
  if (!Number.isInteger(invoices) || invoices < 1 || invoices > users) {
    return err(
      `--invoices cannot be '${values.invoices}': it must be a whole number from 1 to --users (${users}).`,
    );
  }
  const names = values.only?.split(',').map((name) => name.trim()) ?? [...SUITES];
  const unknown = names.find((name) => !SUITES.some((suite) => suite === name));
  if (unknown !== undefined) return err(`--only cannot be '${unknown}': it must be of ${SUITES.join(', ')}.`);
  return ok({
    users,
    seconds,
    invoices,
    suites: SUITES.filter((suite) => names.includes(suite)),
    databaseUrl: values['database-url'],
    json: values.json,
    directory: values.directory,
    isSmoke: values.smoke === true,
    isKept: values.keep === true,
    isHelp: values.help === true,
  });
}

const SPECS = {
  users: { type: 'string' },
  seconds: { type: 'string' },
  invoices: { type: 'string' },
  only: { type: 'string' },
  'database-url': { type: 'string' },
  json: { type: 'string' },
  directory: { type: 'string' },
  smoke: { type: 'boolean' },
  keep: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

function parse(argv: readonly string[]) {
  try {
    return ok(parseArgs({ args: [...argv], options: SPECS }));
  } catch (error) {
    return err(messageOf(error));
  }
}
