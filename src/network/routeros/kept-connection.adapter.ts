import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../platform/logger.port.ts';
import type { RouterAccess, RouterCommand, RouterReply, RunCommand } from '../router.port.ts';
import { RouterError } from '../router-error.ts';
import { Breaker } from './breaker.ts';
import { type LoggedInConnection, openConnection } from './connection.adapter.ts';
import { whereOf } from './socket.adapter.ts';

/** What the driver works with. */
export interface RouterOsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Random in [0, 1), for the jitter of rests. */
  readonly random: () => number;
  /** A router that had no pinned certificate has shown one: keep it. Called without being awaited. */
  readonly learnFingerprint: (access: RouterAccess, fingerprint: string) => void;
  /** For connecting, TLS and each reply of the login. Default 5 s. */
  readonly connectTimeoutMs?: number;
  /** A connection nobody uses is closed after so long. Default 2 minutes. */
  readonly idleMs?: number;
}

/** Commands one router works on at a time; the rest wait here, in order. */
export const IN_FLIGHT_MAX = 8;
/** Commands that may wait for one router. */
export const WAITING_MAX = 2_000;
const idleDefaultMs = 120_000;

/** The one connection to one router: made when needed, shared by all commands, given rests when it fails. */
export class KeptConnection {
  #access: RouterAccess;
  readonly #options: RouterOsOptions;
  readonly #breaker = new Breaker();
  readonly #waiting: (() => void)[] = [];
  #connecting: Promise<LoggedInConnection> | undefined;
  #live: LoggedInConnection | undefined;
  #running = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(access: RouterAccess, options: RouterOsOptions) {
    this.#access = access;
    this.#options = options;
  }

  /** Whether this is the connection for `access`; a fingerprint it has learnt itself is no difference. */
  isFor(access: RouterAccess): boolean {
    const mine = this.#access;
    const isSamePin = access.fingerprint === (mine.fingerprint ?? access.fingerprint);
    const fitsLive =
      access.fingerprint === undefined ||
      (this.#live?.fingerprint ?? access.fingerprint) === access.fingerprint;
    return (
      isSamePin &&
      fitsLive &&
      access.host === mine.host &&
      access.port === mine.port &&
      access.username === mine.username &&
      access.password === mine.password &&
      access.isTls === mine.isTls
    );
  }

  /** Runs one command, in its turn. */
  run(access: RouterAccess, command: RouterCommand): Promise<RouterReply> {
    this.#access = access;
    return this.#inTurn(() => this.#runNow(command));
  }

  /** Lends the connection as it is now; each command waits for its turn, and rejects once that connection is gone. */
  async on<T>(access: RouterAccess, work: (run: RunCommand) => Promise<T>): Promise<T> {
    this.#access = access;
    const connection = await this.#inTurn(() => this.#checked());
    return work((command) => this.#inTurn(() => connection.run(command)));
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
      this.#rest();
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idleTimer);
    this.#live?.close();
    void this.#connecting?.then((connection) => connection.close()).catch(() => {});
  }

  async #turn(): Promise<void> {
    if (this.#running >= IN_FLIGHT_MAX) {
      if (this.#waiting.length >= WAITING_MAX) {
        const where = whereOf(this.#access);
        throw new RouterError(
          'router_busy',
          `More than ${WAITING_MAX} commands wait for ${where}: try again later.`,
        );
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    clearTimeout(this.#idleTimer);
  }

  async #runNow(command: RouterCommand): Promise<RouterReply> {
    const wasLive = this.#live !== undefined;
    const connection = await this.#connected();
    try {
      return await connection.run(command);
    } catch (error) {
      // A connection that stood idle may have died unnoticed. Reading again is harmless; a write is its caller's to judge.
      const isDead = error instanceof RouterError && deadCodes.has(error.code);
      if (isDead && this.#live === connection) this.#live = undefined;
      if (!wasLive || !isDead || !isRead(command)) throw error;
      return (await this.#connected()).run(command);
    }
  }

  /** A connection that stood idle is tried first: a cut one would fail the first of several commands. */
  async #checked(): Promise<LoggedInConnection> {
    if (this.#live !== undefined) await this.#runNow({ path: '/system/identity/print' });
    return this.#connected();
  }

  #connected(): Promise<LoggedInConnection> {
    if (this.#live !== undefined) return Promise.resolve(this.#live);
    if (this.#connecting !== undefined) return this.#connecting;
    if (this.#isClosed) {
      const where = whereOf(this.#access);
      return Promise.reject(
        new RouterError('router_connection_lost', `The connection to ${where} was closed here.`),
      );
    }
    const objection = this.#breaker.objection(this.#options.clock.monotonicMs());
    if (objection !== undefined) {
      const seconds = Math.ceil(objection.waitMs / 1000);
      return Promise.reject(
        new RouterError('router_resting', `${objection.reason} The next try is in ${seconds} s.`),
      );
    }
    this.#connecting = this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<LoggedInConnection> {
    const access = this.#access;
    const { clock, logger, random, connectTimeoutMs, learnFingerprint } = this.#options;
    try {
      const connection = await openConnection(access, { connectTimeoutMs });
      if (this.#isClosed) connection.close();
      this.#breaker.succeeded();
      this.#live = connection;
      void connection.ended.then((reason) => this.#ended(connection, reason));
      if (access.fingerprint === undefined && connection.fingerprint !== undefined) {
        learnFingerprint(access, connection.fingerprint);
      }
      return connection;
    } catch (error) {
      this.#breaker.failed({
        nowMs: clock.monotonicMs(),
        fraction: random(),
        reason: messageOf(error),
        isRefusal: error instanceof RouterError && refusalCodes.has(error.code),
      });
      const { routerId } = access;
      logger.warn({
        event: 'routeros.connect_failed',
        router_id: routerId,
        failures: this.#breaker.failures,
        err: error,
      });
      throw error;
    }
  }

  #ended(connection: LoggedInConnection, reason: RouterError): void {
    if (this.#live !== connection) return;
    this.#live = undefined;
    if (this.#isClosed) return;
    const { logger } = this.#options;
    logger.info({
      event: 'routeros.connection_ended',
      router_id: this.#access.routerId,
      reason: reason.message,
    });
  }

  /** Closes the connection when nobody has used it for a while. */
  #rest(): void {
    if (this.#running > 0 || this.#isClosed) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#live?.close(), this.#options.idleMs ?? idleDefaultMs);
    this.#idleTimer.unref();
  }
}

const deadCodes: ReadonlySet<string> = new Set(['router_connection_lost', 'router_session_ended']);
const refusalCodes: ReadonlySet<string> = new Set(['router_login_failed', 'router_certificate_changed']);

function isRead(command: RouterCommand): boolean {
  return command.path.endsWith('/print');
}
