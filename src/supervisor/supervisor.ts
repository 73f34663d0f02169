import { type Clock, systemClock } from '../kernel/clock.ts';
import { randomSecret } from '../kernel/ids.ts';
import { createLogger, type RootLogger } from '../logging.ts';
import { formatAppKey, loadOrCreateAppKey } from '../platform/config/app-key.ts';
import { type Config, type Environment, parseConfig } from '../platform/config/config.ts';
import { readEnvironment } from '../platform/config/environment.ts';
import { banner } from './banner.ts';
import { checkPorts } from './check-ports.ts';
import { lockDataDirectory } from './data-lock.ts';
import { migrateDatabase, openDatabase } from './database.ts';
import { openFirstAdmin } from './first-admin.ts';
import { HeldResources } from './held-resources.ts';
import type { RoleName } from './role-app.ts';
import { RoleProcess } from './role-process.ts';
import { type StopRequest, watchStopSignals } from './signals.ts';
import { StartError } from './start-error.ts';
import { productVersion } from './version.ts';

/** Exit statuses of the supervisor, for service managers. */
export const exitStatus = { stopped: 0, failed: 1, badConfiguration: 2, killed: 130 } as const;

const demoDefaults: Environment = { DATA_DIR: './data/demo' };
/** A role gets this long to finish; with the database's own end it stays within 5 s. */
const roleGraceMs = 4_000;
const secretCharacters = 24;
/** How long the processes of a killed supervisor may still hold the ports. */
const orphanPatienceMs = 5_000;

/** What to run: `entry` is the program that becomes a role when given `--role`. */
export interface SuperviseOptions {
  readonly entry: string;
  readonly isDemo: boolean;
}

interface Start extends SuperviseOptions {
  readonly environment: Environment;
  readonly logger: RootLogger;
  readonly clock: Clock;
  readonly held: HeldResources;
  readonly request: StopRequest;
}

/** Starts everything, keeps it running until a signal, stops it in order; resolves to the exit status. */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const environment = readEnvironment();
  const parsed = parseConfig(environment, options.isDemo ? demoDefaults : {});
  if (!parsed.ok) {
    refuse(parsed.error);
    return exitStatus.badConfiguration;
  }
  const logger = createLogger({
    level: parsed.value.logLevel,
    format: parsed.value.logFormat,
    role: 'supervisor',
  });
  const held = new HeldResources(logger);
  const request = watchStopSignals(systemClock);
  const start: Start = { ...options, environment, logger, clock: systemClock, held, request };
  void request.urgent.then(() => {
    held.killAll();
    logger.warn({ event: 'supervisor.killed' }, 'Second demand to stop: everything was ended at once.');
    process.exit(exitStatus.killed);
  });
  stopOnSurprise(start);
  // Whoever read the summary may have gone (`npm start | head`); the product goes on.
  process.stdout.on('error', () => undefined);
  return runUntilStopped(start, parsed.value);
}

async function runUntilStopped(start: Start, config: Config): Promise<number> {
  const { logger, held, request } = start;
  let status: number = exitStatus.stopped;
  try {
    await startAll(start, config);
    const signal = await request.first;
    logger.info({ event: 'supervisor.stopping', signal });
  } catch (error) {
    if (!request.isRequested()) {
      if (!(error instanceof StartError)) logger.error({ event: 'supervisor.start_failed', err: error });
      refuse(error instanceof StartError ? error.message : String(error));
      status = exitStatus.failed;
    }
  }
  const isClean = await held.releaseAll();
  if (request.isRequested()) logger.info({ event: 'supervisor.stopped', is_clean: isClean });
  return isClean ? status : exitStatus.failed;
}

async function startAll(start: Start, given: Config): Promise<void> {
  const { logger, clock, held } = start;
  const startedMs = clock.monotonicMs();
  let patienceMs = 0;
  if (given.databaseUrl === undefined) {
    const lock = lockDataDirectory(given.dataDir);
    held.add({ name: 'data directory', release: async () => lock.release() });
    if (lock.wasCrashed) patienceMs = orphanPatienceMs;
  }
  const config = await checkPorts(given, patienceMs);
  const appKey = settleAppKey(config);
  const children = loadRoles(start, config);
  const database = await openDatabase(config, logger);
  held.add({ name: 'database', release: () => database.release() });
  goOnUnlessStopped(start);
  await migrateDatabase(database.url, logger);
  goOnUnlessStopped(start);
  const setupToken = await openFirstAdmin(config, database.url, logger);
  const roles = await startRoles(start, children, {
    DATABASE_URL: database.url,
    APP_KEY: formatAppKey(appKey),
    DATA_DIR: config.dataDir,
    RADIUS_HOST: config.radiusHosts.join(','),
  });
  const startMs = clock.monotonicMs() - startedMs;
  const secret = process.stdout.isTTY === true ? randomSecret(secretCharacters) : 'SECRET';
  const facts = { config, version: productVersion(), startMs, secret, setupToken, roles };
  process.stdout.write(banner({ ...facts, database: database.description }));
  logger.info({
    event: 'supervisor.ready',
    start_ms: Math.round(startMs),
    roles: roles.map(({ role }) => role),
  });
}

type Described = { readonly role: RoleName; readonly describe: readonly string[] };

type Child = { readonly role: RoleName; readonly process: RoleProcess };

/** Their processes read the code while the database starts. */
function loadRoles({ entry, environment, logger, clock, held, isDemo }: Start, config: Config): Child[] {
  const names: readonly RoleName[] = isDemo ? [...config.roles, 'demo'] : config.roles;
  return names.map((role) => {
    const process = new RoleProcess({ role, entry, environment, logger, clock });
    held.addProcess({ name: role, stop: () => process.stop(roleGraceMs), kill: () => process.kill() });
    return { role, process };
  });
}

/** The roles side by side; the demo after them, because its routers dial in at once. */
async function startRoles(
  start: Start,
  children: readonly Child[],
  settings: Readonly<Record<string, string>>,
): Promise<readonly Described[]> {
  const begin = async ({ role, process }: Child): Promise<Described> => ({
    role,
    describe: await process.start(settings),
  });
  const isLast = ({ role }: Child): boolean => role === 'demo';
  const first = await unlessStopped(
    start,
    Promise.all(children.filter((child) => !isLast(child)).map(begin)),
  );
  const last = await unlessStopped(start, Promise.all(children.filter(isLast).map(begin)));
  return [...first, ...last];
}

/** A role that hangs while starting must not hold up a stop. */
async function unlessStopped<T>(start: Start, work: Promise<T>): Promise<T> {
  const stopped = start.request.first.then((): never => {
    throw new StartError('Stopped while starting.');
  });
  return Promise.race([work, stopped]);
}

function settleAppKey(config: Config): Uint8Array {
  if (config.appKey !== undefined) return config.appKey;
  const loaded = loadOrCreateAppKey(config.dataDir);
  if (!loaded.ok) throw new StartError(loaded.error);
  return loaded.value;
}

function goOnUnlessStopped({ request }: Start): void {
  if (request.isRequested()) throw new StartError('Stopped while starting.');
}

/** A bug in the supervisor itself: leave in order, whoever manages the service starts it anew. */
function stopOnSurprise({ logger, held }: Start): void {
  const leave = (event: string) => (error: unknown) => {
    logger.error({ event, err: error }, 'Fatal.');
    void held.releaseAll().finally(() => process.exit(exitStatus.failed));
  };
  process.on('uncaughtException', leave('supervisor.uncaught_exception'));
  process.on('unhandledRejection', leave('supervisor.unhandled_rejection'));
}

/** Plain text also where the log is JSON: the person who started it reads this. */
function refuse(sentence: string): void {
  process.stderr.write(`NetFlow ISP did not start. ${sentence}\n`);
}
