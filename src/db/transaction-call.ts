import type { QueryOptions, Row, Transaction } from './database.ts';
import type { Lane } from './lane.ts';
import { type Settler, StatementCall, type StatementResult } from './statement-call.ts';

/** What a transaction needs of the pool. */
export interface TransactionOrder<T> {
  readonly work: (tx: Transaction) => Promise<T>;
  /** The whole transaction's; single statements may end sooner. */
  readonly deadlineTick: number;
  readonly tickOf: (deadlineMs?: number) => number;
  readonly free: (lane: Lane) => void;
}

/** One transaction: waits for a lane, holds it from BEGIN to COMMIT or ROLLBACK, gives it back. */
export class TransactionCall<T> {
  readonly deadlineTick: number;
  readonly #order: TransactionOrder<T>;
  readonly #settler: Settler<T>;

  constructor(settler: Settler<T>, order: TransactionOrder<T>) {
    this.#settler = settler;
    this.#order = order;
    this.deadlineTick = order.deadlineTick;
  }

  start(lane: Lane): void {
    lane.holder = this;
    this.#run(lane).then(this.#settler.resolve, this.#settler.reject);
  }

  /** Rejects at once when the lane dies, even if the work is busy elsewhere. */
  fail(error: unknown): void {
    this.#settler.reject(error);
  }

  async #run(lane: Lane): Promise<T> {
    const tx = new LaneTransaction(lane, this.#order.tickOf);
    try {
      await tx.command('begin');
      let result: T;
      try {
        result = await this.#order.work(tx);
      } catch (error) {
        await tx.rollback(error);
        throw error;
      }
      await tx.commit();
      return result;
    } finally {
      lane.holder = undefined;
      this.#order.free(lane);
    }
  }
}

class LaneTransaction implements Transaction {
  readonly #lane: Lane;
  readonly #tickOf: (deadlineMs?: number) => number;
  #hasEnded = false;
  #firstFailure: unknown;

  constructor(lane: Lane, tickOf: (deadlineMs?: number) => number) {
    this.#lane = lane;
    this.#tickOf = tickOf;
  }

  async query<T = Row>(text: string, params?: readonly unknown[], options?: QueryOptions): Promise<T[]> {
    if (this.#hasEnded) throw new TypeError('The transaction has ended; await every query in it.');
    try {
      return (await this.#send(text, params, options)) as T[];
    } catch (error) {
      this.#firstFailure ??= error;
      throw error;
    }
  }

  command(text: 'begin' | 'commit' | 'rollback'): Promise<StatementResult> {
    return this.#send(text, undefined, undefined);
  }

  /** The server answers COMMIT of a failed transaction with ROLLBACK, not with an error. */
  async commit(): Promise<void> {
    this.#hasEnded = true;
    const result = await this.command('commit');
    if (result.command === 'COMMIT') return;
    throw new Error('The transaction was rolled back because a statement in it had failed.', {
      cause: this.#firstFailure,
    });
  }

  /** A lane that cannot even roll back is of no more use. */
  async rollback(reason: unknown): Promise<void> {
    this.#hasEnded = true;
    try {
      await this.command('rollback');
    } catch {
      this.#lane.discard(reason);
    }
  }

  #send(
    text: string,
    params: readonly unknown[] | undefined,
    options: QueryOptions | undefined,
  ): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      const deadlineTick = this.#tickOf(options?.deadlineMs);
      this.#lane.send(new StatementCall({ resolve, reject }, { text, params, options, deadlineTick }));
    });
  }
}
