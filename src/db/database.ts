/** One result row: column name to value (see README.md for which SQL type becomes what). */
export type Row = Record<string, unknown>;

/** How one statement is to be run. */
export interface QueryOptions {
  /** Waiting for a lane and running together; past it the call rejects as a connection loss. */
  readonly deadlineMs?: number;
  /**
   * Keep a prepared statement for this text (default true). Say false for text that differs from
   * call to call, and for several statements in one text (those take no parameters).
   */
  readonly prepare?: boolean;
  /** Rows as arrays in select order, for joins that repeat a column name; used by `orm`. */
  readonly asArrays?: boolean;
}

/** Anything that runs SQL: the database itself or one open transaction. */
export interface Queryable {
  /**
   * Parameter types come from the SQL text alone (`$1::bigint[]`, the column compared with).
   * Accepted: string, number, bigint, boolean, null, Date, Buffer, Temporal values, and arrays of
   * these. JSON goes in as `JSON.stringify` text with `::jsonb`; a plain object is refused.
   */
  query<T = Row>(text: string, params?: readonly unknown[], options?: QueryOptions): Promise<T[]>;
}

/** The statements of one open transaction; unusable once the work it was given to has ended. */
export interface Transaction extends Queryable {}

/** A database behind a pool of lanes; safe to share by everything in a process. */
export interface Database extends Queryable {
  /**
   * Runs `work` between BEGIN and COMMIT on a lane of its own; a throw rolls back and is passed
   * on. When the connection is lost while COMMIT is under way the outcome is unknown: the call
   * rejects though the work may be durable, so what moves money needs an idempotency key.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: { deadlineMs?: number }): Promise<T>;
  /**
   * `text` is the `COPY ... FROM STDIN` statement, `payload` the whole data in COPY text format.
   * Resolves after the server has committed it; all rows or none.
   */
  copyIn(text: string, payload: Buffer | string, options?: QueryOptions): Promise<void>;
  /** Refuses new calls, lets those in flight finish (bounded), then ends the connections. */
  close(): Promise<void>;
}
