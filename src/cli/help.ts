import type { Command } from './command.ts';
import { COMMON_OPTIONS, type OptionSpec } from './syntax.ts';

const prefix = 'npm run -s cli --';

/** The commands in groups, one line each. */
export function overview(commands: readonly Command[]): string {
  const widest = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(widest)}  ${command.summary}`);
  return [
    'The command line of NetFlow ISP. It works while the server runs and, on the embedded database, while it',
    'does not.',
    '',
    `usage: ${prefix} <command> [options]`,
    '',
    ...lines,
    '',
    'Arguments in their place may also be named: service suspend --username amina.',
    `${prefix} <command> --help explains a command and shows an example. --json prints JSON for programs.`,
    'Exit status: 0 done, 1 failed, 2 wrong usage or value, 3 not found, 4 conflict, 5 database out of reach.',
  ].join('\n');
}

/** All about one command. */
export function commandHelp(command: Command): string {
  const positionals = command.positionals ?? [];
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const rows = [
    ...positionals.map((spec) => [`<${spec.name}>`, spec.help] as const),
    ...options.map(([name, spec]) => [optionForm(name, spec), optionHelp(spec)] as const),
  ];
  const widest = Math.max(...rows.map(([form]) => form.length));
  return [
    `${command.name}: ${command.summary}`,
    '',
    `usage: ${prefix} ${usageOf(command)}`,
    '',
    ...rows.map(([form, help]) => `  ${form.padEnd(widest)}  ${help}`),
    ...(command.notes === undefined ? [] : ['', ...command.notes]),
    '',
    command.examples.length === 1 ? 'Example:' : 'Examples:',
    ...command.examples.map((example) => `  ${prefix} ${example}`),
  ].join('\n');
}

function usageOf(command: Command): string {
  const positionals = (command.positionals ?? []).map((spec) =>
    spec.isOptional ? `[<${spec.name}>]` : `<${spec.name}>`,
  );
  const options = Object.entries(command.options ?? {});
  const required = options
    .filter(([, spec]) => spec.isRequired)
    .map(([name, spec]) => optionForm(name, spec));
  const rest = options.some(([, spec]) => !spec.isRequired) ? ['[options]'] : [];
  return [command.name, ...positionals, ...required, ...rest].join(' ');
}

function optionForm(name: string, spec: OptionSpec): string {
  return spec.value === undefined ? `--${name}` : `--${name} ${spec.value}`;
}

function optionHelp(spec: OptionSpec): string {
  return `${spec.help}${spec.isRepeatable ? ' (may be repeated)' : ''}${spec.isRequired ? ' (required)' : ''}`;
}
