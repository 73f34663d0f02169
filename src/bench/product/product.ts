import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { productProgram } from '../../kernel/product-files.ts';
import { readEnvironment } from '../../platform/config/environment.ts';
import type { Site } from './site.ts';

const START_MAX_MS = 120_000;
const STOP_MAX_MS = 30_000;
const LAST_LINES = 8;

const logLine = z.looseObject({
  event: z.string(),
  child_role: z.string().optional(),
  child_pid: z.number().optional(),
  level: z.string().optional(),
});
type LogLine = z.infer<typeof logLine>;

/** The product as an operator starts it: the supervisor in a process of its own, its roles below it. */
export class Product {
  static readonly #running = new Set<Product>();
  readonly #child: ChildProcess;
  readonly #log: WriteStream;
  readonly #ended: Promise<void>;
  readonly #rolePids = new Map<string, number>();
  readonly #lastLines: string[] = [];
  #listeners: ((line: LogLine) => void)[] = [];
  #hasEnded = false;
  #lastError = '';
  /** Deaths of roles so far: what was last logged as an error, which tells why. */
  readonly deaths: string[] = [];
  /** From the start of the process until every role answered. */
  startMs = 0;

  private constructor(site: Site) {
    const main = productProgram('main');
    this.#log = createWriteStream(join(site.directory, 'product.log'), { flags: 'a' });
    this.#child = spawn(process.execPath, [...process.execArgv, main], {
      cwd: site.directory,
      env: environmentOf(site),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        this.#hasEnded = true;
        Product.#running.delete(this);
        resolve();
      });
    });
    const { stderr } = this.#child;
    if (stderr !== null) createInterface({ input: stderr }).on('line', (line) => this.#heard(line));
  }

  /** Starts the product and resolves when it answers; rejects with what it said last when it does not. */
  static async start(site: Site): Promise<Product> {
    const startedMs = performance.now();
    const product = new Product(site);
    Product.#running.add(product);
    await product.#until(({ event }) => event === 'supervisor.ready', START_MAX_MS);
    product.startMs = performance.now() - startedMs;
    return product;
  }

  /** Stops whatever was started and still runs, ready or not. */
  static async stopAll(): Promise<void> {
    await Promise.all([...Product.#running].map((product) => product.stop()));
  }

  /** The process that plays the RADIUS role now. */
  get radiusPid(): number {
    return this.pidOf('radius');
  }

  /** The process that plays a role now. */
  pidOf(role: 'radius' | 'http' | 'worker'): number {
    const pid = this.#rolePids.get(role);
    if (pid === undefined) throw new Error(`The product runs without its role ${role}.`);
    return pid;
  }

  /** Asks it to stop and waits; what does not end is killed. Resolves to how long it took, milliseconds. */
  async stop(): Promise<number> {
    const startedMs = performance.now();
    this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MAX_MS);
    await this.#ended;
    clearTimeout(killer);
    this.#log.end();
    return performance.now() - startedMs;
  }

  #until(isIt: (line: LogLine) => boolean, patienceMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const listener = (line: LogLine): void => {
        if (isIt(line)) settle(resolve);
      };
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        this.#listeners = this.#listeners.filter((one) => one !== listener);
        then();
      };
      const fail = (what: string): void =>
        settle(() => reject(new Error(`The product ${what}. It said last:\n${this.#lastLines.join('\n')}`)));
      const timer = setTimeout(() => fail(`did not get ready within ${patienceMs} ms`), patienceMs);
      this.#listeners.push(listener);
      void this.#ended.then(() => fail('ended by itself'));
      if (this.#hasEnded) fail('ended by itself');
    });
  }

  #heard(text: string): void {
    this.#log.write(`${text}\n`);
    this.#lastLines.push(text);
    if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
    const line = parseLine(text);
    if (line === undefined) return;
    if (line.event === 'supervisor.role_ready' && line.child_role !== undefined) {
      this.#rolePids.set(line.child_role, line.child_pid ?? 0);
    }
    if (line.event === 'supervisor.role_died') this.deaths.push(`${this.#lastError} ${text}`.trim());
    else if (line.level === 'error' || line.level === 'fatal') this.#lastError = text;
    for (const listener of this.#listeners) listener(line);
  }
}

function parseLine(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return logLine.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Every setting named, so that nothing of the surroundings changes what is measured. */
function environmentOf(site: Site): Record<string, string | undefined> {
  return {
    ...readEnvironment(site.directory),
    NODE_ENV: 'production',
    DATABASE_URL: site.databaseUrl ?? '',
    DATA_DIR: site.dataDir,
    APP_KEY: site.appKey,
    ROLES: 'radius,http,worker',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: String(site.httpPort),
    RADIUS_HOST: '127.0.0.1',
    RADIUS_AUTH_PORT: String(site.authPort),
    RADIUS_ACCT_PORT: String(site.acctPort),
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
    ISP_TEST_CLOCK: '0',
  };
}
