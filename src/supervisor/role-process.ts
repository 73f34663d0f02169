import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Clock } from '../kernel/clock.ts';
import type { Environment } from '../platform/config/config.ts';
import type { Logger } from '../platform/logger.port.ts';
import { nextRestart } from './back-off.ts';
import { type Order, parseChildMessage } from './messages.ts';
import type { RoleName } from './role-app.ts';
import { StartError } from './start-error.ts';

/** How a role's process is made. */
export interface RoleProcessOptions {
  readonly role: RoleName;
  /** The program; it is started with `--role <role>`. */
  readonly entry: string;
  /** Its variables, without what `start` adds. */
  readonly environment: Environment;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Keeps the heap near what is alive: roles hold large, steady data beside much short-lived garbage. */
const HEAP_FLAGS = ['--heap-growing-percent=20', '--max-semi-space-size=8'];

/**
 * What the others leave to a login when processors are short (`nice` values, which anybody may raise): a bill or a page
 * can wait, a router that asks cannot.
 */
const PATIENCE: Readonly<Record<RoleName, number>> = { radius: 0, http: 2, worker: 10, demo: 10 };

/** One role in a process of its own, which loads its code from the beginning; started again whenever it dies until `stop`. */
export class RoleProcess {
  readonly #options: RoleProcessOptions;
  readonly #firstWords: Promise<readonly string[]>;
  #settings: Readonly<Record<string, string>> | undefined;
  #child: ChildProcess | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #deaths = 0;
  #startedAtMs = 0;
  #isStopping = false;
  #wasReady = false;

  constructor(options: RoleProcessOptions) {
    this.#options = options;
    this.#firstWords = this.#hear(this.#fork());
    // Nobody may be listening yet; who calls `start` hears of it.
    this.#firstWords.catch(() => undefined);
  }

  /**
   * Lets it begin, with `settings` over its environment, and resolves to what it says about itself once it answers;
   * rejects with `StartError` if it never does.
   */
  start(settings: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
    this.#settings = settings;
    this.#order({ type: 'begin', environment: settings });
    return this.#firstWords;
  }

  #hear(child: ChildProcess): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      let sentence: string | undefined;
      child.on('message', (message) => {
        const parsed = parseChildMessage(message);
        if (parsed?.type === 'ready') resolve(parsed.describe);
        if (parsed?.type === 'failed') sentence = parsed.sentence;
      });
      child.once('exit', (code, signal) => {
        const how = `The ${this.#options.role} role ended while starting (${howEnded(code, signal)}); its log says why.`;
        reject(new StartError(sentence ?? how));
      });
    });
  }

  /** Asks it to stop and resolves when it is gone: true when it left by itself within `graceMs`, false when it was killed. */
  stop(graceMs: number): Promise<boolean> {
    this.#isStopping = true;
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child === undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      child.once('exit', (code, signal) => {
        clearTimeout(killer);
        // One that did not get as far as listening to signals had nothing to finish.
        resolve(code === 0 || (signal === 'SIGTERM' && !this.#wasReady));
      });
      // The signal says the same.
      this.#order({ type: 'stop' });
      child.kill('SIGTERM');
    });
  }

  /** Ends it at once, without giving it a chance to finish anything. */
  kill(): void {
    this.#isStopping = true;
    clearTimeout(this.#restartTimer);
    this.#child?.kill('SIGKILL');
  }

  /** A channel that broke meanwhile is no failure: the end of the process tells. */
  #order(order: Order): void {
    if (this.#child?.connected === true) this.#child.send(order, () => undefined);
  }

  #fork(): ChildProcess {
    const { role, entry, environment, logger, clock } = this.#options;
    const child = fork(entry, ['--role', role], {
      env: { ...environment },
      execArgv: [...process.execArgv, ...HEAP_FLAGS],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    // Without a pid it did not start at all, which its 'error' event tells.
    if (child.pid !== undefined) setPriority(child.pid, PATIENCE[role]);
    this.#startedAtMs = clock.monotonicMs();
    if (this.#settings !== undefined) this.#order({ type: 'begin', environment: this.#settings });
    child.on('message', (message) => this.#heard(message));
    child.on('error', (err) => logger.error({ event: 'supervisor.role_error', child_role: role, err }));
    child.once('exit', (code, signal) => this.#ended(code, signal));
    return child;
  }

  #heard(message: unknown): void {
    const { role, logger, clock } = this.#options;
    if (parseChildMessage(message)?.type !== 'ready') return;
    this.#wasReady = true;
    const startMs = Math.round(clock.monotonicMs() - this.#startedAtMs);
    logger.info({
      event: 'supervisor.role_ready',
      child_role: role,
      child_pid: this.#child?.pid,
      start_ms: startMs,
    });
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = undefined;
    // A role that never answered is the starter's business, see `start`.
    if (this.#isStopping || !this.#wasReady) return;
    const { role, logger, clock } = this.#options;
    const restart = nextRestart(this.#deaths, clock.monotonicMs() - this.#startedAtMs);
    this.#deaths = restart.deaths;
    logger.error(
      {
        event: 'supervisor.role_died',
        child_role: role,
        code,
        signal,
        deaths: restart.deaths,
        restart_ms: restart.delayMs,
      },
      `The ${role} role died (${howEnded(code, signal)}) and is started again.`,
    );
    this.#restartTimer = setTimeout(() => this.#fork(), restart.delayMs);
  }
}

function howEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit status ${code}` : signal;
}
