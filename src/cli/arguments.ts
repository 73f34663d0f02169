import { parseArgs } from 'node:util';
import { messageOf } from '../kernel/errors.ts';
import { COMMON_OPTIONS, type OptionSpec, type Syntax } from './syntax.ts';

/** The command line itself is wrong; the message is a sentence for the person who typed it. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The arguments of one command, checked against what it declares. */
export class Arguments {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** The value of an option or of an argument in its place. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** The same, where it has to be there. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new UsageError(`--${name} is missing.`);
    return value;
  }

  /** All values of an option that may be repeated. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Whether a flag was given. */
  flag(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value of an option as a whole number within a range. */
  integer(name: string, range: { min: number; max: number }): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= range.min && value <= range.max) return value;
    throw new UsageError(
      `--${name} cannot be '${text}': it must be a whole number from ${range.min} to ${range.max}.`,
    );
  }

  /** The value of an option that knows a few words. */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw new UsageError(`--${name} cannot be '${text}': it must be ${choices.join(' or ')}.`);
  }

  /** The value of an option as an instant, `2026-03-04T05:06:07Z` or with an offset. */
  instant(name: string): Date | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i.test(text);
    const at = new Date(text);
    if (isInstant && !Number.isNaN(at.getTime())) return at;
    throw new UsageError(
      `--${name} cannot be '${text}': write an instant with its zone, such as 2026-03-04T05:06:00Z.`,
    );
  }
}

/** Reads what follows the words of a command; throws `UsageError`. Arguments in their place may also be named. */
export function parseArguments(syntax: Syntax, argv: readonly string[]): Arguments {
  const places = syntax.positionals ?? [];
  const named = Object.fromEntries(places.map(({ name, help }) => [name, { value: name, help }]));
  const specs: Readonly<Record<string, OptionSpec>> = { ...COMMON_OPTIONS, ...named, ...syntax.options };
  const { values, positionals } = split(specs, argv);
  for (const [name, given] of values) {
    const spec = specs[name];
    if (given.length > 1 && spec?.value !== undefined && !spec.isRepeatable) {
      throw new UsageError(`--${name} is given twice.`);
    }
  }
  for (const { name, isOptional } of places) {
    if (values.has(name)) continue;
    const value = positionals.shift();
    if (value !== undefined) values.set(name, [value]);
    else if (!isOptional) throw new UsageError(`<${name}> is missing.`);
  }
  const [surplus] = positionals;
  if (surplus !== undefined) throw new UsageError(`'${surplus}' is one argument too many.`);
  const missing = Object.entries(specs).find(([name, spec]) => spec.isRequired && !values.has(name));
  if (missing !== undefined) throw new UsageError(`--${missing[0]} is missing.`);
  return new Arguments(values);
}

function split(
  specs: Readonly<Record<string, OptionSpec>>,
  argv: readonly string[],
): { values: Map<string, string[]>; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      { type: spec.value === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  );
  try {
    const parsed = parseArgs({
      args: joinValues(specs, argv),
      options,
      allowPositionals: true,
      strict: true,
    });
    const values = new Map<string, string[]>();
    for (const [name, list] of Object.entries(parsed.values)) {
      if (Array.isArray(list)) values.set(name, list.map(String));
    }
    return { values, positionals: parsed.positionals };
  } catch (error) {
    throw new UsageError(`${messageOf(error).split('. ')[0]?.replace(/\.$/, '')}.`);
  }
}

/** Writes `--password -secret` as `--password=-secret`: a value may begin with a dash. */
function joinValues(specs: Readonly<Record<string, OptionSpec>>, argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return [...joined, ...argv.slice(at)];
    const next = argv[at + 1];
    const takesValue = word.startsWith('--') && specs[word.slice(2)]?.value !== undefined;
    if (takesValue && next !== undefined && !isOption(specs, next)) {
      joined.push(`${word}=${next}`);
      at += 1;
    } else {
      joined.push(word);
    }
  }
  return joined;
}

function isOption(specs: Readonly<Record<string, OptionSpec>>, word: string): boolean {
  const [name = ''] = word.slice(2).split('=');
  return word.startsWith('--') && Object.hasOwn(specs, name);
}
