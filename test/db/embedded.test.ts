import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedDatabase, openEmbedded } from '../../src/db/embedded/launcher.ts';
import { livePostmaster } from '../../src/db/embedded/postmaster.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';

let dataDir: string;
let pgData: string;
const opened: EmbeddedDatabase[] = [];
const processes: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'netflow-embedded-'));
  chmodSync(dataDir, 0o755);
  pgData = join(dataDir, 'postgres/data');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.release()));
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  const pid = livePostmaster(pgData);
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(log: string[] = []): Promise<EmbeddedDatabase> {
  const database = await openEmbedded({ dataDir, log: (line) => log.push(line) });
  opened.push(database);
  return database;
}

/** Another process that uses the same DATA_DIR, such as a command beside the server. */
async function startProcess(): Promise<{ child: ChildProcess; url: string; leave(): Promise<void> }> {
  const script = fileURLToPath(new URL('../support/embedded-user.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  processes.push(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    void ended.then(() => reject(new Error('The process ended early.')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('url ')) resolve(line.slice(4));
    });
  });
  const leave = async (): Promise<void> => {
    child.stdin?.end();
    await ended;
  };
  return { child, url, leave };
}

async function ask(url: string, text: string): Promise<unknown> {
  const db = openLanePool({ url, lanes: 1, name: 'ask' });
  try {
    const [row] = await db.query(text);
    return Object.values(row ?? {})[0];
  } finally {
    await db.close();
  }
}

describe('the first start', () => {
  it('makes a durable cluster with a database of ours, on loopback, behind a password', async () => {
    const { url, port } = await start();
    const settings = await ask(
      url,
      `select json_object_agg(name, setting) from pg_settings where name in
       ('fsync', 'synchronous_commit', 'listen_addresses', 'unix_socket_directories', 'data_checksums', 'jit', 'server_encoding')`,
    );
    expect(settings).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      data_checksums: 'on',
      jit: 'off',
      server_encoding: 'UTF8',
    });
    expect(await ask(url, 'select current_database() || current_user')).toBe('netflownetflow');
    const intruder = `postgres://netflow:wrong@127.0.0.1:${port}/netflow`;
    await expect(ask(intruder, 'select 1')).rejects.toThrow();
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
    expect(statSync(pgData).mode & 0o077).toBe(0);
  });

  it('the next start finds the data, the port and the password again', async () => {
    const first = await start();
    await ask(first.url, 'create table kept as select 7 as n');
    await first.release();
    expect(livePostmaster(pgData)).toBeUndefined();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'select n from kept')).toBe(7);
  });
});

describe('several users', () => {
  it('one that comes while the server runs joins it, and the last one to leave stops it', async () => {
    const first = await start();
    const pid = livePostmaster(pgData);
    const other = await startProcess();
    expect(other.url).toBe(first.url);
    await first.release();
    expect(livePostmaster(pgData)).toBe(pid);
    expect(await ask(other.url, 'select 1')).toBe(1);
    await other.leave();
    expect(livePostmaster(pgData)).toBeUndefined();
  });

  it('four that start at the same moment in an empty DATA_DIR share one server', async () => {
    const users = await Promise.all([startProcess(), startProcess(), startProcess(), startProcess()]);
    expect(new Set(users.map((user) => user.url)).size).toBe(1);
    for (const user of users) expect(await ask(user.url, 'select 1')).toBe(1);
    await Promise.all(users.map((user) => user.leave()));
    expect(livePostmaster(pgData)).toBeUndefined();
  }, 30_000);

  it('a server whose owner was killed is adopted, its data intact, and stopped in the end', async () => {
    const owner = await startProcess();
    await ask(owner.url, 'create table kept as select 8 as n');
    const pid = livePostmaster(pgData);
    owner.child.kill('SIGKILL');
    const heir = await start();
    expect(livePostmaster(pgData)).toBe(pid);
    expect(heir.url).toBe(owner.url);
    expect(await ask(heir.url, 'select n from kept')).toBe(8);
    await heir.release();
    expect(livePostmaster(pgData)).toBeUndefined();
  });

  it('one that joined restarts the server when it dies after its starter has gone', async () => {
    const starter = await startProcess();
    const joined = await start();
    await starter.leave();
    const pid = livePostmaster(pgData) ?? 0;
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => livePostmaster(pgData), { timeout: 8_000 })
      .not.toSatisfy((now) => now === undefined || now === pid);
    await expect.poll(() => ask(joined.url, 'select 1').catch(() => 0), { timeout: 8_000 }).toBe(1);
  }, 20_000);
});

describe('a server that dies', () => {
  it('is started again on the same port with every committed row, and those who watch are told', async () => {
    const log: string[] = [];
    const database = await start(log);
    let crashes = 0;
    database.onCrash(() => crashes++);
    await ask(database.url, 'create table kept as select 9 as n');
    process.kill(livePostmaster(pgData) ?? 0, 'SIGKILL');
    await expect
      .poll(() => ask(database.url, 'select n from kept').catch(() => 0), { timeout: 10_000 })
      .toBe(9);
    expect(crashes).toBe(1);
    expect(log.some((line) => line.includes('died'))).toBe(true);
  }, 15_000);

  it('leaves a lock file that names another program now, and the start is not put off by it', async () => {
    await (await start()).release();
    const bystander = spawn('sleep', ['30'], { stdio: 'ignore' });
    processes.push(bystander);
    writeFileSync(join(pgData, 'postmaster.pid'), `${bystander.pid}\n${pgData}\n1\n5432\n\n\n\nready\n`);
    const database = await start();
    expect(await ask(database.url, 'select 1')).toBe(1);
    expect(bystander.exitCode).toBeNull();
  });

  it('hung beyond help is ended by force within the time release may take', async () => {
    const database = await start();
    const pid = livePostmaster(pgData) ?? 0;
    process.kill(pid, 'SIGSTOP');
    const begun = performance.now();
    await database.release();
    expect(performance.now() - begun).toBeLessThan(7_000);
    expect(livePostmaster(pgData)).toBeUndefined();
  }, 15_000);
});

describe('circumstances', () => {
  it('a port that somebody else has taken is exchanged for another, which is remembered', async () => {
    const first = await start();
    await first.release();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(first.port, '127.0.0.1', resolve));
    const second = await start();
    expect(second.port).not.toBe(first.port);
    expect(await ask(second.url, 'select 1')).toBe(1);
    await second.release();
    await new Promise((resolve) => squatter.close(resolve));
    expect((await start()).port).toBe(second.port);
  });

  it('data of another major version is left alone, with a sentence that says so', async () => {
    await (await start()).release();
    writeFileSync(join(pgData, 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(/belongs to PostgreSQL 17, this version brings PostgreSQL 18/);
    expect(readFileSync(join(pgData, 'PG_VERSION'), 'utf8')).toBe('17\n');
  });

  it.runIf(process.getuid?.() === 0)(
    'as root with a DATA_DIR nobody else may enter, the cluster lives elsewhere and DATA_DIR points to it',
    async () => {
      chmodSync(dataDir, 0o700);
      const database = await start();
      const { clusterDir } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8'));
      expect(clusterDir).toMatch(/^\/var\/lib\/netflow-isp\/[0-9a-f]{16}$/);
      expect(existsSync(pgData)).toBe(false);
      expect(await ask(database.url, 'select 1')).toBe(1);
      await database.release();
      expect((await start()).url).toBe(database.url);
      await Promise.all(opened.splice(0).map((one) => one.release()));
      rmSync(clusterDir, { recursive: true, force: true });
    },
  );
});
