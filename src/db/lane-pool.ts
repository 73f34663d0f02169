import { ConnectionLossError } from './constraint-errors.ts';
import type { Database, QueryOptions, Row, Transaction } from './database.ts';
import { Lane } from './lane.ts';
import { StatementCall, type StatementResult } from './statement-call.ts';
import { TransactionCall } from './transaction-call.ts';

/** How many connections to which database, and how patient. */
export interface LanePoolOptions {
  readonly url: string;
  /** Connections kept open; each runs one statement or one transaction at a time. */
  readonly lanes: number;
  /** Shown as application_name in pg_stat_activity. */
  readonly name: string;
  /** For calls that name none; waiting and running together. Default 10,000. */
  readonly deadlineMs?: number;
  /** For one attempt to connect. Default 3,000. */
  readonly connectTimeoutMs?: number;
  /** Server settings of every connection, such as planner switches (`enable_hashjoin: 'off'`). */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called once for every open lane that is lost, for the log. */
  readonly onLaneLost?: (cause: unknown) => void;
}

/**
 * A database over single-connection lanes. Opens in the background: calls made before the first
 * lane is up wait for it. While no lane can be opened, calls are refused after about a second.
 */
export function openLanePool(options: LanePoolOptions): Database {
  return new LanePool(options);
}

/** Something waiting for a lane, served in order of arrival. */
interface Waiter {
  readonly deadlineTick: number;
  start(lane: Lane): void;
  fail(error: unknown): void;
}

/** Deadlines are counted in sweeps, so a stalled process does not condemn healthy lanes. */
const sweepMs = 50;
/** How long calls may hope for a restart once no lane is left. */
const refuseAfterMs = 1_000;
const waitersMax = 10_000;
const closeGraceMs = 5_000;
const reopenDelaysMs = [20, 50, 100, 200, 400, 800] as const;

class LanePool implements Database {
  readonly #options: LanePoolOptions;
  readonly #deadlineMs: number;
  readonly #live = new Set<Lane>();
  readonly #idle: Lane[] = [];
  readonly #reopening = new Set<NodeJS.Timeout>();
  readonly #opening = new Set<Lane>();
  #waiters: Waiter[] = [];
  #sweeper: NodeJS.Timeout | undefined;
  #tick = 0;
  #down: { sinceMs: number; cause: unknown } | undefined;
  #closing: Promise<void> | undefined;
  #onDrained: (() => void) | undefined;

  constructor(options: LanePoolOptions) {
    this.#options = options;
    this.#deadlineMs = options.deadlineMs ?? 10_000;
    for (let i = 0; i < options.lanes; i++) this.#open(0);
  }

  query<T = Row>(text: string, params?: readonly unknown[], options?: QueryOptions): Promise<T[]> {
    return this.#call<T[]>({ text, params, options });
  }

  async copyIn(text: string, payload: Buffer | string, options?: QueryOptions): Promise<void> {
    const data = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const result = await this.#call<StatementResult>({ text, options, payload: data });
    if (result.command !== 'COPY') throw new TypeError('copyIn takes a COPY ... FROM STDIN statement.');
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: { deadlineMs?: number }): Promise<T> {
    return new Promise((resolve, reject) => {
      const deadlineTick = this.#deadlineTick(options?.deadlineMs);
      const free = (lane: Lane): void => this.#release(lane);
      this.#admit(
        new TransactionCall(
          { resolve, reject },
          {
            work,
            deadlineTick,
            tickOf: (deadlineMs) => Math.min(deadlineTick, this.#deadlineTick(deadlineMs)),
            free,
          },
        ),
      );
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #call<R extends unknown[]>(statement: {
    text: string;
    params?: readonly unknown[] | undefined;
    options?: QueryOptions | undefined;
    payload?: Buffer;
  }): Promise<R> {
    return new Promise((resolve, reject) => {
      // Rows are what the caller says they are: the one place where SQL results become types.
      const settler = { resolve: resolve as (result: unknown[]) => void, reject };
      const deadlineTick = this.#deadlineTick(statement.options?.deadlineMs);
      const call = new StatementCall(settler, { ...statement, deadlineTick });
      this.#admit(call);
    });
  }

  /** Gives the lane away in the same step that finds it free: a waiter is never woken without. */
  #admit(waiter: Waiter): void {
    if (this.#closing !== undefined) {
      waiter.fail(unsent('The database pool is closed.'));
      return;
    }
    this.#sweeper ??= setInterval(() => this.#sweep(), sweepMs);
    const lane = this.#idle.pop();
    if (lane !== undefined) {
      waiter.start(lane);
    } else if (this.#isRefusing()) {
      waiter.fail(unsent('The database is out of reach.', this.#down?.cause));
    } else if (this.#waiters.length >= waitersMax) {
      waiter.fail(unsent(`More than ${waitersMax} calls wait for the database.`));
    } else {
      this.#waiters.push(waiter);
    }
  }

  #release(lane: Lane): void {
    if (lane.isDead) return;
    const next = this.#waiters.shift();
    if (next === undefined) {
      this.#idle.push(lane);
      this.#onDrained?.();
    } else {
      next.start(lane);
    }
  }

  #open(attempt: number): void {
    const lane: Lane = new Lane({
      url: this.#options.url,
      name: this.#options.name,
      connectTimeoutMs: this.#options.connectTimeoutMs ?? 3_000,
      settings: this.#options.settings,
      onFree: (free) => this.#release(free),
      onDead: (cause) => this.#lost(lane, cause),
    });
    this.#opening.add(lane);
    lane.open().then(
      () => this.#opened(lane),
      (cause: unknown) => {
        this.#opening.delete(lane);
        if (this.#live.size === 0) this.#down ??= { sinceMs: performance.now(), cause };
        this.#reopen(attempt);
      },
    );
  }

  #opened(lane: Lane): void {
    this.#opening.delete(lane);
    if (this.#closing !== undefined && this.#waiters.length === 0) {
      void lane.end();
      return;
    }
    this.#live.add(lane);
    this.#down = undefined;
    if (lane.isDead) this.#lost(lane, new ConnectionLossError('Lost while opening.'));
    else this.#release(lane);
  }

  #lost(lane: Lane, cause: unknown): void {
    if (!this.#live.delete(lane)) return;
    const at = this.#idle.indexOf(lane);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#live.size === 0) this.#down = { sinceMs: performance.now(), cause };
    this.#onDrained?.();
    this.#reopen(0);
    this.#options.onLaneLost?.(cause);
  }

  #reopen(attempt: number): void {
    if (this.#closing !== undefined) return;
    const delayMs = reopenDelaysMs[Math.min(attempt, reopenDelaysMs.length - 1)];
    const timer = setTimeout(() => {
      this.#reopening.delete(timer);
      this.#open(attempt + 1);
    }, delayMs);
    this.#reopening.add(timer);
  }

  #isRefusing(): boolean {
    return this.#down !== undefined && performance.now() - this.#down.sinceMs >= refuseAfterMs;
  }

  #deadlineTick(deadlineMs = this.#deadlineMs): number {
    return this.#tick + 1 + Math.ceil(deadlineMs / sweepMs);
  }

  #sweep(): void {
    this.#tick++;
    const tick = this.#tick;
    const isRefusing = this.#isRefusing();
    let isBusy = this.#waiters.length > 0;
    if (isBusy) {
      const waiters = this.#waiters;
      this.#waiters = waiters.filter((waiter) => !isRefusing && waiter.deadlineTick > tick);
      if (this.#waiters.length < waiters.length) {
        const kept = new Set(this.#waiters);
        for (const waiter of waiters) {
          if (kept.has(waiter)) continue;
          waiter.fail(
            isRefusing
              ? unsent('The database is out of reach.', this.#down?.cause)
              : unsent('No database connection came free before the deadline.'),
          );
        }
      }
    }
    for (const lane of this.#live) {
      isBusy = isOverdue(lane, tick) || isBusy || lane.inFlight.length > 0 || lane.holder !== undefined;
    }
    this.#onDrained?.();
    if (!isBusy) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
  }

  async #close(): Promise<void> {
    for (const timer of this.#reopening) clearTimeout(timer);
    const drained = new Promise<void>((resolve) => {
      this.#onDrained = () => {
        if (this.#waiters.length === 0 && this.#idle.length === this.#live.size) resolve();
      };
      this.#onDrained();
    });
    const timer = setTimeout(() => this.#abandon(), closeGraceMs);
    await drained;
    clearTimeout(timer);
    clearInterval(this.#sweeper);
    for (const lane of this.#opening) lane.discard(new ConnectionLossError('The pool is closed.'));
    await Promise.all(Array.from(this.#live, (lane) => lane.end()));
  }

  #abandon(): void {
    const error = unsent('The database pool was closed.');
    for (const waiter of this.#waiters.splice(0)) waiter.fail(error);
    for (const lane of this.#live) {
      if (!this.#idle.includes(lane)) lane.discard(new ConnectionLossError(error.message));
    }
    this.#onDrained?.();
  }
}

/** Discards a lane whose call or transaction has run past its deadline. */
function isOverdue(lane: Lane, tick: number): boolean {
  let isLate = lane.holder !== undefined && lane.holder.deadlineTick <= tick;
  for (const call of lane.inFlight) isLate ||= call.deadlineTick <= tick;
  if (isLate) lane.discard(new ConnectionLossError('The database did not answer before the deadline.'));
  return isLate;
}

function unsent(message: string, cause?: unknown): ConnectionLossError {
  return new ConnectionLossError(message, { cause, isUnsent: true });
}
