/** One option of a command. A flag takes no value; text takes one, shown in the help as `value`. */
export interface OptionSpec {
  readonly value?: string;
  readonly help: string;
  readonly isRequired?: boolean;
  /** May be given several times; read with `args.all`. */
  readonly isRepeatable?: boolean;
}

/** One argument in its place; it may also be given as an option of its name. */
export interface PositionalSpec {
  readonly name: string;
  readonly help: string;
  readonly isOptional?: boolean;
}

/** What may follow the words of a command. */
export interface Syntax {
  readonly positionals?: readonly PositionalSpec[];
  /** By name without the dashes, `coa-port`. */
  readonly options?: Readonly<Record<string, OptionSpec>>;
}

/** Options every command understands. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { help: 'print JSON for programs' },
  help: { help: 'print this help' },
};
