import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { simulateCommand } from '../../src/cli/commands/simulate.ts';
import { runCli } from '../../src/cli/run.ts';
import { TinyServer } from './tiny-server.ts';

const SECRET = 'router-secret';
let server: TinyServer;
let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netflow-simulate-'));
  file = join(folder, 'subscribers.csv');
  const rows = Array.from({ length: 50 }, (_, i) => `user${i},secret,home`);
  writeFileSync(file, `username,password,plan\n${rows.join('\n')}\n`);
});

beforeEach(async () => {
  server = await new TinyServer(SECRET).open();
});

afterEach(() => server.close());

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function simulate(
  words: readonly string[],
  signal = new AbortController().signal,
): Promise<{ status: number; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  const status = await runCli(
    ['simulate', '--server', `127.0.0.1:${server.authPort},${server.acctPort}`, '--secret', SECRET, ...words],
    {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text), isTTY: true },
      env: {},
      signal,
    },
    [simulateCommand],
  );
  return { status, stdout, stderr };
}

describe('simulate', () => {
  it('dials a file in as a storm, shows how it goes, and hangs everybody up with a Stop', async () => {
    const { status, stdout, stderr } = await simulate([
      ...['--users', file, '--storm', '500', '--duration', '2', '--address', '127.0.0.41'],
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain('50 logins in');
    expect(stdout).toContain('50 accepted, 0 rejected, 0 unanswered');
    expect(stdout).toContain('50 sessions were up at the end');
    expect(stderr).toMatch(/50 up \| .* logins\/s \| 0 rejects/);
    expect(server.accounting('Start')).toHaveLength(50);
    expect(server.accounting('Stop')).toHaveLength(50);
  });

  it('prints numbers for programs, and counts rejects by their reason', async () => {
    const { status, stdout } = await simulate([
      ...['--username', 'ann', '--password', 'guess', '--method', 'mschapv2', '--storm', '10'],
      ...['--duration', '1', '--json', '--address', '127.0.0.42'],
    ]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ accepts: 0, rejects: { wrong_password: 1 }, sessions_up: 0 });
  });

  it('ends at Ctrl-C with Stops for what is up', async () => {
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 300);
    const run = await simulate(
      ['--users', file, '--count', '10', '--storm', '1000', '--address', '127.0.0.43'],
      interrupt.signal,
    );
    expect(run.status).toBe(0);
    expect(server.accounting('Stop')).toHaveLength(10);
  });

  it('loses the power once and brings everybody back under a new boot counter', async () => {
    const { status, stdout } = await simulate([
      ...['--users', file, '--count', '5', '--storm', '1000', '--duration', '3', '--power-cut-after', '1'],
      ...['--speed', '10', '--address', '127.0.0.44', '--json'],
    ]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ accepts: 10, sessions_up: 5 });
    const boots = new Set(
      server.accounting('Start').map(({ values }) => values['Acct-Session-Id'].slice(0, 3)),
    );
    expect([...boots].sort()).toEqual(['810', '811']);
  });

  it('gets everybody in over a bad network in the end', async () => {
    const { stdout } = await simulate([
      ...['--users', file, '--storm', '1000', '--duration', '2', '--loss', '0.05', '--dup', '0.05', '--json'],
      ...['--address', '127.0.0.45'],
    ]);
    const numbers: Record<string, number> = JSON.parse(stdout);
    expect(numbers.retransmissions).toBeGreaterThan(0);
    expect(numbers.accepts).toBeGreaterThanOrEqual(48);
  });

  it.each([
    [['--users', 'nowhere.csv'], 'nowhere.csv cannot be read'],
    [[], 'either --users FILE.csv or --username NAME'],
    [['--username', 'a', '--loss', '5'], 'a share from 0 to below 1'],
    [['--username', 'a', '--method', 'eap'], 'pap or chap or mschapv1 or mschapv2'],
    [['--username', 'a', '--address', '10.0.0'], 'must be an IPv4 address'],
  ])('%j is refused with a sentence', async (words, sentence) => {
    const { status, stderr } = await simulate(words);
    expect(status).not.toBe(0);
    expect(stderr).toContain(sentence);
  });

  it('says which port is taken, and what to do', async () => {
    const interrupt = new AbortController();
    const words = ['--username', 'ann', '--password', 'secret', '--address', '127.0.0.46'];
    const first = simulate(words, interrupt.signal);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = await simulate(words);
    expect(second.stderr).toContain('UDP port 3799 of 127.0.0.46 is in use');
    interrupt.abort();
    await first;
  });
});
