import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { commandLine } from './run-command.ts';

const run = commandLine({
  DATABASE_URL: 'postgres://u:hidden-password@127.0.0.1:1/none',
  APP_KEY: '0'.repeat(64),
});

test('without a command the overview names them all', async () => {
  for (const line of [[], ['help'], ['--help']]) {
    const { status, stdout } = await run(line);
    expect(status).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(command.name);
  }
});

test.each(COMMANDS.map((command) => [command.name, command] as const))(
  '%s --help shows its options and a complete example',
  async (name, command) => {
    const { status, stdout } = await run([...name.split(' '), '--help']);
    expect(status).toBe(0);
    for (const option of Object.keys(command.options ?? {})) expect(stdout).toContain(`--${option}`);
    const own = command.examples.filter((example) => example.startsWith(name));
    expect(own.length).toBeGreaterThan(0);
    for (const [option, spec] of Object.entries(command.options ?? {})) {
      if (spec.isRequired) for (const example of own) expect(example).toContain(`--${option} `);
    }
  },
);

test('a group shows its commands', async () => {
  const { status, stdout } = await run(['help', 'nas']);
  expect(status).toBe(0);
  expect(stdout).toContain('nas add');
  expect(stdout).not.toContain('package add');
});

test.each([
  [['fly'], /no command 'fly'/],
  [['nas'], /needs one of these words after it: add, list/],
  [['nas', 'add'], /--name is missing. See: nas add --help/],
  [['package', 'list', 'x'], /'x' is one argument too many/],
])('%j is wrong usage', async (line, sentence) => {
  const { status, stdout, stderr } = await run(line);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('a database out of reach is told in a sentence, without its password', async () => {
  const { status, stderr } = await run(['nas', 'list']);
  expect(status).toBe(5);
  expect(stderr).toMatch(
    /database at postgres:\/\/u:\*\*\*@127.0.0.1:1\/none does not answer: .*ECONNREFUSED/,
  );
  expect(stderr).not.toContain('hidden-password');
});

test('with --json an error is an object on stderr', async () => {
  const { status, stdout, stderr } = await run(['nas', 'add', '--json']);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(JSON.parse(stderr)).toEqual({
    error: { code: 'usage', message: '--name is missing. See: nas add --help.' },
  });
});

test('a bad configuration names the variable', async () => {
  const { status, stderr } = await commandLine({ DATABASE_URL: 'mysql://x' })(['nas', 'list']);
  expect(status).toBe(2);
  expect(stderr).toContain('DATABASE_URL');
});
