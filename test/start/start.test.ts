import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  answersLogin,
  cleanUp,
  cli,
  databasePid,
  isAlive,
  nasSecret,
  newSite,
  npmStart,
  patienceMs,
  type Site,
  start,
} from './product.ts';

afterEach(cleanUp, patienceMs);

async function siteWithRouter(): Promise<Site> {
  const site = await newSite();
  const added = await cli(
    site,
    'nas',
    'add',
    '--name',
    'test',
    '--address',
    '127.0.0.1',
    '--secret',
    nasSecret,
  );
  expect(added).toMatchObject({ code: 0 });
  return site;
}

const answers = async (site: Site): Promise<boolean> => {
  const page = await fetch(`http://127.0.0.1:${site.httpPort}/healthz`).catch(() => undefined);
  return page?.ok === true && (await answersLogin(site.authPort));
};

describe('npm start', { timeout: 3 * patienceMs }, () => {
  it('says where everything is, answers, and stops in order on SIGTERM within 5 s', async () => {
    const site = await siteWithRouter();
    const product = await start(site).running();
    expect(product.stdout).toContain(`127.0.0.1:${site.authPort}`);
    expect(product.stdout).toContain(`http://127.0.0.1:${site.httpPort}`);
    expect(product.stdout).toContain('npm run cli -- nas add');
    expect(product.stdout).toMatch(/\/setup with the set-up token:\n {2}nfs_[\w-]{43}\n/);
    await vi.waitFor(async () => expect(await answers(site)).toBe(true), patienceMs);
    await vi.waitFor(() => expect(product.rolePids().every(isAlive)).toBe(true), patienceMs);
    const pids = product.rolePids();

    const stoppedAtMs = performance.now();
    product.process.kill('SIGTERM');
    expect(await product.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - stoppedAtMs).toBeLessThan(5_000);
    expect(pids.some(isAlive)).toBe(false);
    expect(databasePid(site.dataDir)).toBeUndefined();
    expect(existsSync(join(site.dataDir, 'supervisor.lock'))).toBe(false);
  });

  it('leaves nothing behind when npm itself is told to stop', async () => {
    const site = await newSite();
    const product = await npmStart(site).running();
    // Its log arrives by another pipe than its summary.
    await vi.waitFor(() => expect(product.rolePids().every(isAlive)).toBe(true), patienceMs);
    const pids = product.rolePids();
    product.process.kill('SIGTERM');
    await vi.waitFor(() => expect(pids.some(isAlive)).toBe(false), patienceMs);
    await vi.waitFor(() => expect(databasePid(site.dataDir)).toBeUndefined(), patienceMs);
  });

  it('a second one on the same data directory is refused with a sentence and harms nothing', async () => {
    const site = await newSite();
    const first = await start(site).running();
    const second = start(site);
    expect(await second.ended).toMatchObject({ code: 1 });
    expect(second.stderr).toContain(
      `NetFlow ISP did not start. NetFlow ISP already runs on ${site.dataDir} (process ${first.process.pid})`,
    );
    expect(second.stdout).toBe('');
    expect(first.rolePids().every(isAlive)).toBe(true);
  });

  it.each([
    ['UDP', 'RADIUS_AUTH_PORT', 'authPort'],
    ['UDP', 'RADIUS_ACCT_PORT', 'acctPort'],
    ['TCP', 'HTTP_PORT', 'httpPort'],
  ] as const)('a busy %s port of %s is named before anything is started', async (protocol, name, key) => {
    const [site, other] = [await newSite(), await newSite()];
    await start(site).running();
    const second = start(other, { [name]: String(site[key]) });
    expect(await second.ended).toMatchObject({ code: 1 });
    expect(second.stderr).toContain(
      `NetFlow ISP did not start. ${protocol} port ${site[key]} is taken by another program: stop it or set ${name}.`,
    );
    expect(existsSync(join(other.dataDir, 'postgres'))).toBe(false);
  });

  it('bad configuration stops it with one sentence and status 2', async () => {
    const product = start(await newSite(), { HTTP_PORT: '99999' });
    expect(await product.ended).toMatchObject({ code: 2 });
    expect(product.stderr).toBe(
      'NetFlow ISP did not start. HTTP_PORT is "99999": it must be a whole number from 1 to 65535.\n',
    );
    expect(product.stdout).toBe('');
  });

  it('an outside database that does not answer is named without its password', async () => {
    const site = await newSite();
    const url = `postgres://isp:Pa55word@127.0.0.1:${site.httpPort}/isp`;
    const product = start(site, { DATABASE_URL: url });
    expect(await product.ended).toMatchObject({ code: 1 });
    expect(product.stderr).toContain(`postgres://isp:***@127.0.0.1:${site.httpPort}/isp`);
    expect(product.stderr).toContain('DATABASE_URL');
    expect(product.stderr).not.toContain('Pa55word');
  });

  it('roles killed with -9 are started again and answer, the others go on', async () => {
    const site = await siteWithRouter();
    const product = await start(site).running();
    const before = { radius: product.rolePid('radius'), http: product.rolePid('http') };
    const worker = product.rolePid('worker');
    process.kill(before.radius, 'SIGKILL');
    process.kill(before.http, 'SIGKILL');
    await vi.waitFor(() => {
      expect(product.rolePid('radius')).not.toBe(before.radius);
      expect(product.rolePid('http')).not.toBe(before.http);
    }, patienceMs);
    await vi.waitFor(async () => expect(await answers(site)).toBe(true), patienceMs);
    expect(product.rolePid('worker')).toBe(worker);
    expect(isAlive(worker)).toBe(true);
  });

  it('a supervisor killed with -9 leaves no role behind; the next start adopts its database', async () => {
    const site = await siteWithRouter();
    const product = await start(site).running();
    const roles = product.rolePids();
    const database = databasePid(site.dataDir);
    const key = readFileSync(join(site.dataDir, 'app.key'), 'utf8');
    product.process.kill('SIGKILL');
    await product.ended;
    expect(database).toBeDefined();
    const next = await start(site).running();
    expect(roles.some(isAlive)).toBe(false);
    expect(databasePid(site.dataDir)).toBe(database);
    expect(readFileSync(join(site.dataDir, 'app.key'), 'utf8')).toBe(key);
    await vi.waitFor(async () => expect(await answers(site)).toBe(true), patienceMs);
    next.process.kill('SIGINT');
    expect(await next.ended).toEqual({ code: 0, signal: null });
    expect(databasePid(site.dataDir)).toBeUndefined();
  });

  it('an embedded database killed with -9 is started again under roles that live on', async () => {
    const site = await siteWithRouter();
    const product = await start(site).running();
    const roles = product.rolePids();
    const database = databasePid(site.dataDir);
    process.kill(database ?? 0, 'SIGKILL');
    await vi.waitFor(() => {
      expect(databasePid(site.dataDir)).toBeDefined();
      expect(databasePid(site.dataDir)).not.toBe(database);
    }, patienceMs);
    await vi.waitFor(async () => expect(await answers(site)).toBe(true), patienceMs);
    expect(product.rolePids()).toEqual(roles);
    expect(roles.every(isAlive)).toBe(true);
  });

  it('a role that does not end is killed after 4 s and the status says so', async () => {
    const site = await newSite();
    const product = await start(site).running();
    const stuck = product.rolePid('radius');
    process.kill(stuck, 'SIGSTOP');
    product.process.kill('SIGTERM');
    expect(await product.ended).toEqual({ code: 1, signal: null });
    expect(isAlive(stuck)).toBe(false);
    expect(databasePid(site.dataDir)).toBeUndefined();
  });

  it('a second Ctrl-C ends everything at once', async () => {
    const product = await start(await newSite()).running();
    const roles = product.rolePids();
    process.kill(product.rolePid('http'), 'SIGSTOP');
    product.process.kill('SIGINT');
    await vi.waitFor(() => expect(product.stderr).toContain('supervisor.stopping'), patienceMs);
    const again = setInterval(() => product.process.kill('SIGINT'), 100);
    expect(await product.ended).toEqual({ code: 130, signal: null });
    clearInterval(again);
    await vi.waitFor(() => expect(roles.some(isAlive)).toBe(false), patienceMs);
  });
});
