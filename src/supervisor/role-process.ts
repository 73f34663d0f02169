import { type ChildProcess, fork } from 'node:child_process';
import type { Clock } from '../kernel/clock.ts';
import type { Environment } from '../platform/config/config.ts';
import type { Logger } from '../platform/logger.port.ts';
import { nextRestart } from './back-off.ts';
import { parseChildMessage, stopMessage } from './messages.ts';
import type { RoleName } from './role-app.ts';
import { StartError } from './start-error.ts';

/** How a role's process is made. */
export interface RoleProcessOptions {
  readonly role: RoleName;
  /** The program; it is started with `--role <role>`. */
  readonly entry: string;
  readonly environment: Environment;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Keeps the heap near what is alive: roles hold large, steady data beside much short-lived garbage. */
const HEAP_FLAGS = ['--heap-growing-percent=20', '--max-semi-space-size=8'];

/** One role in a process of its own, started again whenever it dies until `stop`. */
export class RoleProcess {
  readonly #options: RoleProcessOptions;
  #child: ChildProcess | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #deaths = 0;
  #startedAtMs = 0;
  #isStopping = false;
  #wasReady = false;

  constructor(options: RoleProcessOptions) {
    this.#options = options;
  }

  /** Starts it and resolves to what it says about itself once it answers; rejects with `StartError` if it never does. */
  start(): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      let sentence: string | undefined;
      const child = this.#fork();
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
      child.once('exit', (code) => {
        clearTimeout(killer);
        resolve(code === 0);
      });
      // A channel that broke meanwhile is no failure: the signal says the same.
      if (child.connected) child.send(stopMessage, () => undefined);
      child.kill('SIGTERM');
    });
  }

  /** Ends it at once, without giving it a chance to finish anything. */
  kill(): void {
    this.#isStopping = true;
    clearTimeout(this.#restartTimer);
    this.#child?.kill('SIGKILL');
  }

  #fork(): ChildProcess {
    const { role, entry, environment, logger, clock } = this.#options;
    const child = fork(entry, ['--role', role], {
      env: { ...environment },
      execArgv: [...process.execArgv, ...HEAP_FLAGS],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#startedAtMs = clock.monotonicMs();
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
