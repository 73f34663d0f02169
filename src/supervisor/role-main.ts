import { messageOf } from '../kernel/errors.ts';
import { createLogger, type RootLogger } from '../logging.ts';
import { type Environment, parseResolvedConfig, type ResolvedConfig } from '../platform/config/config.ts';
import { readEnvironment } from '../platform/config/environment.ts';
import { type ChildMessage, parseOrder } from './messages.ts';
import { codeOf, plannedSockets, socketSentence } from './ports.ts';
import type { RoleApp, RoleName, RunningRole, StartRole } from './role-app.ts';

/** A little less than the supervisor's patience, so that the log's last words still get out. */
const stopMaxMs = 3_700;

/**
 * The whole life of a child process: load the code while the supervisor starts the database, start the role when
 * told to, say so, stop when told to by message or SIGTERM, or when the supervisor is gone. Exits the process; 1 after
 * anything unforeseen.
 */
export async function runRole(role: RoleName, loadApp: () => Promise<RoleApp>): Promise<void> {
  const stop = watchForStop();
  const loaded = loadApp().then((app) => app.loadRole(role));
  const first = await Promise.race([Promise.all([watchForBegin(), loaded]), stop]);
  if (typeof first === 'string') process.exit(0);
  const [environment, startRole] = first;
  const parsed = parseResolvedConfig({ ...readEnvironment(), ...environment });
  if (!parsed.ok) {
    tellParent({ type: 'failed', sentence: parsed.error }, () => process.exit(1));
    return;
  }
  await live(role, startRole, parsed.value, stop);
  process.exit();
}

async function live(
  role: RoleName,
  startRole: StartRole,
  config: ResolvedConfig,
  stop: Promise<string>,
): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat, role });
  dieLoudly(logger);
  try {
    const running = await Promise.race([startRole(config, logger), stop]);
    // Before it answered there is nothing to finish, and a start that hangs must not delay the stop.
    if (typeof running === 'string') process.exit(0);
    tellParent({ type: 'ready', describe: [...running.describe] });
    const reason = await stop;
    logger.info({ event: 'role.stopping', reason });
    process.exitCode = await stopInTime(running, logger);
  } catch (error) {
    logger.error({ event: 'role.start_failed', err: error }, messageOf(error));
    await new Promise<void>((resolve) =>
      tellParent({ type: 'failed', sentence: startSentence(error, config) }, resolve),
    );
    process.exitCode = 1;
  }
}

/** Resolves to the settings that the supervisor gives with its order to begin. */
function watchForBegin(): Promise<Environment> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      const order = parseOrder(message);
      if (order?.type === 'begin') resolve(order.environment);
    });
  });
}

/** Resolves to the reason once somebody wants this process to end. */
function watchForStop(): Promise<string> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (parseOrder(message)?.type === 'stop') resolve('message');
    });
    process.on('SIGTERM', () => resolve('SIGTERM'));
    // Ctrl-C reaches the whole process group; the supervisor decides the order.
    process.on('SIGINT', () => undefined);
    process.on('SIGHUP', () => undefined);
    // No orphan may hold the ports: with the supervisor gone there is nobody to restart or stop us.
    process.on('disconnect', () => resolve('supervisor gone'));
    if (process.channel === undefined) process.on('SIGINT', () => resolve('SIGINT'));
  });
}

/** Resolves to the exit status: 0 when everything was finished in time. */
async function stopInTime(running: RunningRole, logger: RootLogger): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<number>((resolve) => {
    timer = setTimeout(() => {
      logger.error(
        { event: 'role.stop_timeout', stop_max_ms: stopMaxMs },
        'The role did not finish in time.',
      );
      resolve(1);
    }, stopMaxMs);
  });
  try {
    return await Promise.race([running.stop().then(() => 0), tooLate]);
  } catch (error) {
    logger.error({ event: 'role.stop_failed', err: error });
    return 1;
  } finally {
    clearTimeout(timer);
  }
}

/** What nobody caught leaves state nobody can vouch for: end with the stack in the log, the supervisor starts anew. */
function dieLoudly(logger: RootLogger): void {
  const die = (event: string) => (error: unknown) => {
    logger.error({ event, err: error instanceof Error ? error : new Error(String(error)) }, 'Fatal.');
    logger.flush();
    process.exit(1);
  };
  process.on('uncaughtException', die('role.uncaught_exception'));
  process.on('unhandledRejection', die('role.unhandled_rejection'));
}

/** A port taken between the supervisor's look and ours gets the same sentence. */
function startSentence(error: unknown, config: ResolvedConfig): string {
  const port = typeof error === 'object' && error !== null && 'port' in error ? error.port : undefined;
  const socket = plannedSockets(config).find((planned) => planned.port === port);
  return socket === undefined ? messageOf(error) : socketSentence(socket, codeOf(error));
}

function tellParent(message: ChildMessage, done: () => void = () => undefined): void {
  if (process.send === undefined || !process.connected) done();
  else process.send(message, () => done());
}
