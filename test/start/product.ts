import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import radius from 'radius';
import { vi } from 'vitest';
import { describeProcess } from '../../src/db/embedded/process-info.ts';
import { readEnvironment } from '../../src/platform/config/environment.ts';

/** Generous: the machine may be busy with other tests; nothing waits this long when all is well. */
export const patienceMs = 60_000;
export const nasSecret = 'start-test';

/** A data directory and free ports; several products may be started on one site. */
export interface Site {
  readonly dataDir: string;
  readonly authPort: number;
  readonly acctPort: number;
  readonly httpPort: number;
}

/** One `npm start`, with everything it printed. */
export class Product {
  readonly process: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  stdout = '';
  stderr = '';

  constructor(command: readonly [string, ...string[]], env: Record<string, string>) {
    const { NODE_ENV: _, ...inherited } = readEnvironment(tmpdir());
    const [file, ...args] = command;
    this.process = spawn(file, args, { env: { ...inherited, ...env } });
    this.process.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.process.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.ended = new Promise((resolve) =>
      this.process.once('close', (code, signal) => resolve({ code, signal })),
    );
  }

  /** Resolves once the summary is printed; throws what it said when it ends instead. */
  async running(): Promise<this> {
    await vi.waitFor(() => {
      if (!this.stdout.includes('is running')) throw new Error(`not running:\n${this.stdout}${this.stderr}`);
    }, patienceMs);
    return this;
  }

  /** The process that plays `role` now, as last reported in the log. */
  rolePid(role: string): number {
    const ready = this.events().filter(
      (line) => line.event === 'supervisor.role_ready' && line.child_role === role,
    );
    return Number(ready.at(-1)?.child_pid);
  }

  rolePids(): number[] {
    return ['radius', 'http', 'worker'].map((role) => this.rolePid(role));
  }

  events(): Record<string, unknown>[] {
    const lines = this.stderr.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line): Record<string, unknown> => JSON.parse(line));
  }
}

const sites: Site[] = [];
const products: Product[] = [];

/** A fresh data directory that an unprivileged database can reach, and three ports free at this moment. */
export async function newSite(): Promise<Site> {
  const dataDir = mkdtempSync(join(tmpdir(), 'start-'));
  chmodSync(dataDir, 0o755);
  const [authPort, acctPort, httpPort] = await freePorts(3);
  const site = { dataDir, authPort, acctPort, httpPort };
  sites.push(site);
  return site;
}

/** Starts the built product on a site. */
export function start(site: Site, env: Record<string, string> = {}): Product {
  const command = [process.execPath, 'scripts/run.mjs', 'main.js'] as const;
  const product = new Product([...command], { ...siteEnvironment(site), ...env });
  products.push(product);
  return product;
}

/** The same by its line in the README. */
export function npmStart(site: Site): Product {
  const product = new Product(['npm', 'start'], siteEnvironment(site));
  products.push(product);
  return product;
}

/** Runs the command line on a site and resolves to its exit status. */
export async function cli(site: Site, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const run = new Product(
    [process.execPath, 'scripts/run.mjs', 'cli/cli.js', ...args],
    siteEnvironment(site),
  );
  products.push(run);
  const { code } = await run.ended;
  return { code, output: run.stdout + run.stderr };
}

/** Ends whatever a test left behind, also databases that survived their supervisor. */
export async function cleanUp(): Promise<void> {
  const pids = products.splice(0).flatMap((product) => [product.process.pid ?? 0, ...product.rolePids()]);
  for (const pid of pids) kill(pid);
  for (const { dataDir } of sites.splice(0)) {
    kill(databasePid(dataDir) ?? 0);
    await vi.waitFor(() => rmSync(dataDir, { recursive: true, force: true }), patienceMs);
  }
}

/** The postmaster of the embedded database, when one runs. */
export function databasePid(dataDir: string): number | undefined {
  const path = join(dataDir, 'postgres', 'data', 'postmaster.pid');
  const pid = existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : 0;
  return describeProcess(pid)?.command.includes('postgres') === true ? pid : undefined;
}

export function isAlive(pid: number): boolean {
  return describeProcess(pid) !== undefined;
}

/** Sends one login of an unknown user; resolves to whether any answer came within a second. */
export function answersLogin(port: number): Promise<boolean> {
  const attributes = { 'User-Name': 'nobody', 'User-Password': 'wrong', 'NAS-IP-Address': '127.0.0.1' };
  const packet = radius.encode({
    code: 'Access-Request',
    secret: nasSecret,
    attributes: Object.entries(attributes),
  });
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    const finish = (isAnswered: boolean) => {
      clearTimeout(timer);
      socket.close();
      resolve(isAnswered);
    };
    const timer = setTimeout(() => finish(false), 1_500);
    socket.once('message', () => finish(true));
    socket.once('error', () => undefined);
    socket.send(packet, port, '127.0.0.1');
  });
}

function siteEnvironment(site: Site): Record<string, string> {
  return {
    DATABASE_URL: '',
    APP_KEY: '',
    ROLES: '',
    DATA_DIR: site.dataDir,
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: String(site.httpPort),
    RADIUS_HOST: '127.0.0.1',
    RADIUS_AUTH_PORT: String(site.authPort),
    RADIUS_ACCT_PORT: String(site.acctPort),
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
  };
}

function kill(pid: number): void {
  try {
    if (pid > 1) process.kill(pid, 'SIGKILL');
  } catch {
    return;
  }
}

/** Numbers free for TCP; nobody else on the machine gives out UDP ports from that range meanwhile. */
async function freePorts(count: number): Promise<[number, number, number]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          }),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [first = 0, second = 0, third = 0] = ports;
  return [first, second, third];
}
