import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { readEnvironment } from '../../src/platform/config/environment.ts';
import type { LogFields, Logger } from '../../src/platform/logger.port.ts';
import { RoleProcess } from '../../src/supervisor/role-process.ts';

const entry = join(import.meta.dirname, 'fixtures', 'fake-role.mjs');
const waitMs = 20_000;
let directory: string;
let started: RoleProcess[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'role-'));
  started = [];
});
afterEach(() => {
  for (const role of started) role.kill();
  rmSync(directory, { recursive: true });
});

function events(): [word: string, pid: number][] {
  const text = readFileSync(join(directory, 'log'), { encoding: 'utf8', flag: 'a+' });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]);
}

const starts = () => events().filter(([word]) => word === 'start');

function environment(mode: string) {
  return {
    ...readEnvironment(directory),
    FAKE_MODE: mode,
    FAKE_LOG: join(directory, 'log'),
    APP_KEY: '00'.repeat(32),
    DATABASE_URL: 'postgres://127.0.0.1/none',
    LOG_LEVEL: 'error',
  };
}

function role(mode: string) {
  const lines: LogFields[] = [];
  const keep = (fields: LogFields) => void lines.push(fields);
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  const process = new RoleProcess({
    role: 'radius',
    entry,
    environment: environment(mode),
    logger,
    clock: systemClock,
  });
  started.push(process);
  return { process, lines };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('a role process', () => {
  it('says where it answers, and stops by itself when asked', async () => {
    const { process: child } = role('good');
    expect(await child.start()).toEqual(['I am radius']);
    expect(await child.stop(waitMs)).toBe(true);
    expect(events().map(([word]) => word)).toEqual(['loaded', 'start', 'stop']);
  });

  it('loads its code at once and begins when it is told to, with the settings that come with the order', async () => {
    const { process: child } = role('port');
    await expect.poll(() => events().map(([word]) => word), { timeout: waitMs }).toEqual(['loaded']);
    await expect(child.start({ RADIUS_AUTH_PORT: '18120' })).rejects.toThrow('UDP port 18120 is taken');
  });

  it('that is stopped before it began ends without having started anything', async () => {
    const { process: child } = role('good');
    expect(await child.stop(waitMs)).toBe(true);
    expect(events().map(([word]) => word)).not.toContain('start');
  });

  it.each([
    ['port', 'UDP port 1812 is taken by another program: stop it or set RADIUS_AUTH_PORT.'],
    ['crash', 'The radius role ended while starting (exit status 7); its log says why.'],
  ])('that cannot start (%s) is reported in a sentence and not tried again', async (mode, sentence) => {
    const { process: child } = role(mode);
    await expect(child.start()).rejects.toThrow(sentence);
    expect(starts()).toHaveLength(1);
  });

  it('killed with -9 is started again at once', async () => {
    const { process: child, lines } = role('good');
    await child.start();
    process.kill(starts()[0]?.[1] ?? 0, 'SIGKILL');
    await vi.waitFor(
      () => expect(lines.filter(({ event }) => event === 'supervisor.role_ready')).toHaveLength(2),
      { timeout: waitMs },
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'supervisor.role_died', signal: 'SIGKILL', restart_ms: 0 }),
    );
    expect(await child.stop(waitMs)).toBe(true);
  });

  it('ends on a rejection nobody caught and is started again after growing delays', async () => {
    const { process: child, lines } = role('die-later');
    await child.start();
    const deaths = () => lines.filter(({ event }) => event === 'supervisor.role_died');
    await vi.waitFor(() => expect(deaths().length).toBeGreaterThanOrEqual(3), { timeout: waitMs });
    expect(deaths().map(({ restart_ms }) => restart_ms)).toEqual([0, 250, 500]);
    expect(deaths()[0]).toMatchObject({ code: 1, child_role: 'radius' });
  });

  it('that does not stop in time is killed', async () => {
    const { process: child } = role('deaf');
    await child.start();
    expect(await child.stop(300)).toBe(false);
    expect(isAlive(starts()[0]?.[1] ?? 0)).toBe(false);
  });

  it.each(['good', 'hang'])('(%s) leaves by itself when the supervisor is gone', async (mode) => {
    const child = fork(entry, ['--role', 'radius'], { env: environment(mode), stdio: 'inherit' });
    child.send({ type: 'begin', environment: {} });
    await vi.waitFor(() => expect(starts()).toHaveLength(1), { timeout: waitMs });
    const pid = child.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    child.disconnect();
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: waitMs });
  });
});
