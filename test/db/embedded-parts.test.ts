import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locatePackage, prepareBinaries } from '../../src/db/embedded/binaries.ts';
import { Ownership } from '../../src/db/embedded/ownership.ts';
import { describeProcess } from '../../src/db/embedded/process-info.ts';
import { unprivilegedUser } from '../../src/db/embedded/run-as.ts';
import { serverSettings } from '../../src/db/embedded/server-settings.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'netflow-parts-'));
  chmodSync(dir, 0o755);
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('binaries', () => {
  /** The package as an install without scripts leaves it: the library links are missing. */
  function installWithoutScripts(): string {
    const packageDir = join(dir, 'home/package');
    cpSync(locatePackage(), packageDir, { recursive: true, verbatimSymlinks: true });
    const links: { target: string }[] = JSON.parse(
      readFileSync(join(packageDir, 'native/pg-symlinks.json'), 'utf8'),
    );
    for (const { target } of links) rmSync(join(packageDir, target), { force: true });
    return packageDir;
  }

  const version = (program: string): string =>
    execFileSync(program, ['--version'], { ...unprivilegedUser(), encoding: 'utf8', cwd: '/', env: {} });

  it('a missing package is told in one sentence that names the way out', () => {
    expect(() => locatePackage({ platform: 'sunos', arch: 'sparc' })).toThrow(
      /sunos-sparc.*set DATABASE_URL/,
    );
  });

  it('links that an install without scripts leaves out are made in place', async () => {
    const packageDir = installWithoutScripts();
    const binaries = await prepareBinaries({
      packageDir,
      copyRoot: join(dir, 'copy'),
      user: unprivilegedUser(),
    });
    expect(binaries.postgres.startsWith(packageDir)).toBe(true);
    expect(version(binaries.initdb)).toContain(`(PostgreSQL) ${binaries.major}.`);
  });

  it.runIf(process.getuid?.() === 0)(
    'binaries below a folder that their user may not enter are copied, once, with their links',
    async () => {
      const packageDir = installWithoutScripts();
      chmodSync(join(dir, 'home'), 0o700);
      const copyRoot = join(dir, 'copy');
      mkdirSync(copyRoot);
      const options = { packageDir, copyRoot, user: unprivilegedUser() };
      const one = await prepareBinaries(options);
      expect(await prepareBinaries(options)).toEqual(one);
      expect(one.postgres.startsWith(copyRoot)).toBe(true);
      expect(version(one.postgres)).toContain(`(PostgreSQL) ${one.major}.`);
      expect(version(one.initdb)).toContain(`(PostgreSQL) ${one.major}.`);
      expect(readdirSync(copyRoot)).toHaveLength(1);
    },
  );
});

describe('processes', () => {
  it('a running process is told from a later one by its start', () => {
    const own = describeProcess(process.pid);
    expect(own).toEqual(describeProcess(process.pid));
    expect(describeProcess(process.ppid)?.startedAt).not.toBe(own?.startedAt);
  });

  it.each([[0], [-1], [Number.NaN], [2 ** 22 + 1]])('%s is no process', (pid) => {
    expect(describeProcess(pid)).toBeUndefined();
  });

  it('a zombie counts as dead', async () => {
    // The shell becomes a program that never collects its child.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 20'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [line] = await once(parent.stdout, 'data');
      const pid = Number(String(line));
      await expect.poll(() => describeProcess(pid)).toBeUndefined();
      expect(process.kill(pid, 0)).toBe(true);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

describe('ownership', () => {
  const deadOwner = '999999999 1\n';

  it('turns are taken one at a time', async () => {
    let inside = 0;
    let most = 0;
    const turns = Array.from({ length: 8 }, () =>
      new Ownership(dir).exclusively(5_000, async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 10));
        inside--;
        return true;
      }),
    );
    expect(await Promise.all(turns)).toEqual(turns.map(() => true));
    expect(most).toBe(1);
  });

  it.each([
    ['a dead process', deadOwner, 1_000],
    ['a process that died before it could write its name', '', 4_000],
    ['an earlier process with the number of a living one', `${process.pid} 0\n`, 1_000],
  ])('the lock of %s is broken', async (_name, content, waitMs) => {
    writeFileSync(join(dir, 'postgres.lock'), content);
    expect(await new Ownership(dir).exclusively(waitMs, async () => 'mine')).toBe('mine');
    expect(existsSync(join(dir, 'postgres.lock'))).toBe(false);
  });

  it('the lock of a living process is waited for, not broken', async () => {
    const startedAt = describeProcess(process.pid)?.startedAt;
    writeFileSync(join(dir, 'postgres.lock'), `${process.pid} ${startedAt}\n`);
    expect(await new Ownership(dir).exclusively(100, async () => 'mine')).toBeUndefined();
    expect(existsSync(join(dir, 'postgres.lock'))).toBe(true);
  });

  it('users that died without leaving do not count', () => {
    const mine = new Ownership(dir);
    mine.join();
    writeFileSync(join(dir, 'postgres.users/999999999-00'), deadOwner);
    expect(mine.hasOthers()).toBe(false);
    const other = new Ownership(dir);
    other.join();
    expect(mine.hasOthers()).toBe(true);
    other.leave();
    expect(mine.hasOthers()).toBe(false);
  });
});

describe('server settings', () => {
  it.each([
    ['a big machine', 64 * 2 ** 30, '256MB'],
    ['one gigabyte', 2 ** 30, '128MB'],
    ['a quarter of a gigabyte', 2 ** 28, '32MB'],
  ])('%s gives its buffers a fitting share', (_name, memoryBytes, expected) => {
    expect(serverSettings({ port: 1, memoryBytes }).shared_buffers).toBe(expected);
  });

  it('durability is left at its default, which is on', () => {
    const names = Object.keys(serverSettings({ port: 1, memoryBytes: 2 ** 33 }));
    expect(names).not.toContain('fsync');
    expect(names).not.toContain('synchronous_commit');
    expect(names).not.toContain('full_page_writes');
  });
});
