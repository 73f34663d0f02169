import { connect, type Socket } from 'node:net';
import postgres from 'postgres';
import { ConnectionLossError, isConnectionLoss } from './constraint-errors.ts';
import { StatementCall, type StatementResult } from './statement-call.ts';
import { WIRE_TYPES } from './wire-values.ts';

/** What a lane is opened with. */
export interface LaneOptions {
  readonly url: string;
  /** Shown as application_name in pg_stat_activity. */
  readonly name: string;
  readonly connectTimeoutMs: number;
  /** Server settings of the connection, such as planner switches. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Called once when a lane that had opened is gone, whoever ended it. */
  readonly onDead?: (cause: unknown) => void;
  /** Called when nothing is in flight any more and no transaction holds the lane. */
  readonly onFree?: (lane: Lane) => void;
  readonly onNotify?: (channel: string, payload: string) => void;
}

/**
 * One connection, for its whole life: it is made once and never made again. Whatever breaks it
 * ends the lane for good, rejects every call on it at once and leaves reconnecting to the pool,
 * because the driver, left to itself, runs statements of a dead transaction on the new connection.
 */
export class Lane {
  /** Calls sent and not answered, oldest first. */
  readonly inFlight: StatementCall[] = [];
  /** Told when the lane dies while a transaction holds it between two statements. */
  holder: { fail(cause: unknown): void; readonly deadlineTick: number } | undefined;
  isDead = false;

  readonly #options: LaneOptions;
  readonly #client: postgres.Sql;
  #socket: Socket | undefined;
  hasOpened = false;
  #abortOpening: ((cause: unknown) => void) | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
    const settings = {
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      fetch_types: false,
      connect_timeout: options.connectTimeoutMs / 1000,
      onnotice: () => {},
      onnotify: (channel: string, payload: string) => options.onNotify?.(channel, payload),
      onclose: () => this.discard(new ConnectionLossError('The database closed the connection.')),
      connection: { ...options.settings, application_name: options.name, TimeZone: 'UTC', DateStyle: 'ISO' },
      types: WIRE_TYPES,
      socket: (to: SocketTarget) => this.#connectOnce(to),
    };
    this.#client = postgres(options.url, settings);
  }

  /** Connects and proves the lane with a statement; rejects when that fails or takes too long. */
  async open(): Promise<void> {
    const { connectTimeoutMs } = this.#options;
    const timer = setTimeout(() => {
      this.discard(new ConnectionLossError(`No database connection within ${connectTimeoutMs} ms.`));
    }, connectTimeoutMs);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#abortOpening = reject;
        // A backend waiting for a row lock otherwise never notices that its caller has gone.
        this.#client.unsafe(`select set_config('client_connection_check_interval', '2s', false)`).then(
          () => resolve(),
          (error: unknown) => (isUnsupported(error) ? resolve() : reject(error)),
        );
      });
      this.hasOpened = true;
    } catch (error) {
      this.discard(error);
      throw error;
    } finally {
      this.#abortOpening = undefined;
      clearTimeout(timer);
    }
  }

  /** Sends one statement. The call settles exactly once, also when the lane dies under it. */
  send(call: StatementCall): void {
    if (this.isDead) {
      call.fail(new ConnectionLossError('The connection is gone.', { isUnsent: true }));
      return;
    }
    this.inFlight.push(call);
    call.begin(this.#client).then(
      (result) => this.#answered(call, result),
      (error: unknown) => this.#refused(call, error),
    );
  }

  /** Runs one statement without parameters, unprepared and without a deadline of its own. */
  command(text: string): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      const options = { prepare: false };
      this.send(new StatementCall({ resolve, reject }, { text, options, deadlineTick: Infinity }));
    });
  }

  /** Ends the lane at once; every call on it rejects with a connection loss. Safe to repeat. */
  discard(cause: unknown): void {
    if (this.isDead) return;
    this.isDead = true;
    this.#socket?.destroy();
    this.#client.end({ timeout: 0 }).catch(() => {});
    const error = asLoss(cause);
    for (const call of this.inFlight.splice(0)) call.fail(error);
    this.holder?.fail(error);
    this.#abortOpening?.(error);
    if (this.hasOpened) this.#options.onDead?.(cause);
  }

  /** Ends an idle lane politely, so that the server logs no lost connection. */
  async end(): Promise<void> {
    if (this.isDead) return;
    this.isDead = true;
    await this.#client.end({ timeout: 1 }).catch(() => {});
    this.#socket?.destroy();
  }

  #answered(call: StatementCall, result: StatementResult): void {
    this.#forget(call);
    if (result.command === 'BEGIN' && this.holder === undefined) {
      this.discard(new Error('A lane was left inside a transaction.'));
      call.fail(new TypeError('BEGIN is not a query: use transaction().'));
      return;
    }
    this.#freeWhenDone();
    call.settle(result);
  }

  #refused(call: StatementCall, error: unknown): void {
    this.#forget(call);
    if (isConnectionLoss(error)) this.discard(error);
    this.#freeWhenDone();
    call.fail(error);
  }

  #forget(call: StatementCall): void {
    const at = this.inFlight.indexOf(call);
    if (at >= 0) this.inFlight.splice(at, 1);
  }

  #freeWhenDone(): void {
    if (this.isDead || this.holder !== undefined || this.inFlight.length > 0) return;
    this.#options.onFree?.(this);
  }

  /** The driver asks for a socket; a second time would be a reconnect, which is refused. */
  #connectOnce(to: SocketTarget): Promise<Socket> {
    if (this.#socket !== undefined || this.isDead) {
      return Promise.reject(new ConnectionLossError('The connection is gone.', { isUnsent: true }));
    }
    const socket = to.path
      ? connect({ path: to.path })
      : connect({ host: to.host[0], port: to.port[0], noDelay: true });
    this.#socket = socket;
    // For the server name in a TLS handshake the driver reads `host` from the socket.
    Object.assign(socket, { host: to.host[0], port: to.port[0] });
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.once('close', () => reject(new ConnectionLossError('The database refused the connection.')));
      socket.once('connect', () => resolve(socket));
    });
  }
}

interface SocketTarget {
  readonly host: string[];
  readonly port: number[];
  readonly path: string | false | undefined;
}

/** Servers before version 14 and some platforms lack the setting; the lane is good without it. */
function isUnsupported(error: unknown): boolean {
  if (!(error instanceof postgres.PostgresError)) return false;
  return error.code === '22023' || error.code === '42704';
}

function asLoss(cause: unknown): ConnectionLossError {
  if (cause instanceof ConnectionLossError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new ConnectionLossError(`The connection was lost: ${text}`, { cause });
}
