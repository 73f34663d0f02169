import { type ChildProcess, fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { addNas } from '../../src/network/nas/nas.service.ts';
import type { NewNas } from '../../src/network/nas/nas.ts';
import { parseResolvedConfig, type ResolvedConfig } from '../../src/platform/config/config.ts';
import type { Logger } from '../../src/platform/logger.port.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { startRadiusRole } from '../../src/roles/radius-role.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import type { NewPlan } from '../../src/subscribers/catalog/plan.ts';
import {
  createService,
  type NewService,
  type ServiceDeps,
} from '../../src/subscribers/services/provisioning.service.ts';
import { testActor } from './actor.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { rememberingLogger } from './silent-logger.ts';

// biome-ignore lint/style/noProcessEnv: a child process inherits PATH and the like
const ENV = process.env;

const appKey = Buffer.alloc(32, 7);

/** The secret of every NAS the seeds make, unless a test names another. */
export const nasSecret = 'a-shared-secret-of-24-ch';

/** A running RADIUS role, in this process or in one of its own. */
export interface RunningRadius {
  readonly authPort: number;
  readonly acctPort: number;
  stop(): Promise<void>;
}

/** The same in a process of its own, which can be killed. */
export interface RadiusProcess extends RunningRadius {
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(): Promise<void>;
}

/** A database of a test file with what a login needs in it, and the means to add more. */
export class RadiusSite {
  readonly box = new SecretBox(appKey);
  readonly url: string;
  readonly db: Database;
  readonly deps: ServiceDeps;
  readonly #own: TestDatabase | undefined;
  readonly #running: RunningRadius[] = [];

  constructor(url: string, own?: TestDatabase) {
    this.url = url;
    this.#own = own;
    this.db = openLanePool({ url, lanes: 3, name: 'test', deadlineMs: 20_000 });
    this.deps = { db: this.db, box: this.box, clock: systemClock };
  }

  /** Adds a plan `home` of 5 up and 20 down; the parts replace its terms. */
  async plan(parts: Partial<Omit<NewPlan, 'currency'>> = {}): Promise<void> {
    const plan = { code: 'home', name: 'Home', price: 300_000n, rateLimit: '5M/20M', ...parts };
    await addPlan({ db: this.db, checkAttribute: () => undefined }, plan);
  }

  /** Adds an active service with the password `secret`; returns its id. */
  async service(username: string, parts: Partial<NewService> = {}): Promise<string> {
    const input = { username, password: 'secret', planCode: 'home', actor: testActor, ...parts };
    return (await createService(this.deps, input)).id;
  }

  /** Adds a NAS; its secret is `nasSecret`. */
  async nas(name: string, address: string, parts: Partial<NewNas> = {}): Promise<string> {
    return (await addNas(this.deps, { name, address, secret: nasSecret, ...parts })).id;
  }

  /** Starts the role in this process. */
  async start(options: { clock?: Clock; logger?: Logger; hosts?: string } = {}): Promise<RunningRadius> {
    const env = await environment(this.url);
    const config = configOf({ ...env, RADIUS_HOST: options.hosts ?? '127.0.0.1' });
    const { clock = systemClock, logger = rememberingLogger() } = options;
    const role = await startRadiusRole(config, logger, clock);
    const running = {
      authPort: config.radiusAuthPort,
      acctPort: config.radiusAcctPort,
      stop: () => role.stop(),
    };
    this.#running.push(running);
    return running;
  }

  /** Starts the role as the supervisor does, in a process of its own; `ports` takes over those of another. */
  async startProcess(ports?: RunningRadius): Promise<RadiusProcess> {
    const env = await environment(this.url, ports);
    const config = configOf(env);
    const child = fork('src/main.ts', ['--role', 'radius'], {
      execArgv: ['--import', 'tsx'],
      env: { ...ENV, ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.send({ type: 'begin', environment: {} });
    await untilReady(child);
    const ended = once(child, 'exit');
    const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    };
    const running = {
      authPort: config.radiusAuthPort,
      acctPort: config.radiusAcctPort,
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
    };
    this.#running.push(running);
    return running;
  }

  /** Stops every role that still runs and drops the database. */
  async close(): Promise<void> {
    await Promise.all(this.#running.map((running) => running.stop().catch(() => undefined)));
    await this.db.close();
    await this.#own?.drop();
  }
}

/** A site on a fresh database of its own. */
export async function openRadiusSite(): Promise<RadiusSite> {
  const own = await createTestDatabase();
  return new RadiusSite(own.url, own);
}

/** Two UDP ports of loopback that are free at this moment. */
export async function freeUdpPorts(): Promise<[number, number]> {
  const sockets = [createSocket('udp4'), createSocket('udp4')];
  const ports = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<number>((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket.address().port))),
    ),
  );
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))));
  const [auth = 0, acct = 0] = ports;
  return [auth, acct];
}

async function environment(url: string, ports?: RunningRadius): Promise<Record<string, string>> {
  const [auth, acct] = ports === undefined ? await freeUdpPorts() : [ports.authPort, ports.acctPort];
  return {
    DATABASE_URL: url,
    APP_KEY: appKey.toString('hex'),
    RADIUS_HOST: '127.0.0.1',
    RADIUS_AUTH_PORT: String(auth),
    RADIUS_ACCT_PORT: String(acct),
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
  };
}

function configOf(env: Record<string, string>): ResolvedConfig {
  const config = parseResolvedConfig(env);
  if (!config.ok) throw new Error(config.error);
  return config.value;
}

function untilReady(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4_000);
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error(`The RADIUS process ended before it was ready:\n${said}`)));
  });
}
