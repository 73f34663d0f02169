import { Writable } from 'node:stream';
import type postgres from 'postgres';
import type { QueryOptions } from './database.ts';
import { encodeParams, JSON_OIDS } from './wire-values.ts';

/** The two ends of the promise a caller holds. */
export interface Settler<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** What the driver answers a statement with: the rows and the command tag. */
export interface StatementResult extends Array<unknown> {
  readonly command?: string | null;
}

/**
 * One statement on its way: sent over one lane, settled once, whatever arrives afterwards. A class
 * rather than closures, because the hot path makes one per packet.
 */
export class StatementCall {
  readonly text: string;
  readonly deadlineTick: number;
  isSettled = false;

  readonly #params: (string | number | null)[];
  readonly #options: QueryOptions;
  readonly #payload: Buffer | undefined;
  readonly #settler: Settler<StatementResult>;

  /** Throws on a parameter that cannot be sent, before any lane is taken. */
  constructor(
    settler: Settler<StatementResult>,
    statement: {
      text: string;
      params?: readonly unknown[] | undefined;
      options?: QueryOptions | undefined;
      payload?: Buffer | undefined;
      deadlineTick: number;
    },
  ) {
    this.#settler = settler;
    this.text = statement.text;
    this.deadlineTick = statement.deadlineTick;
    this.#params = statement.params === undefined ? [] : encodeParams(statement.params);
    this.#options = statement.options ?? {};
    this.#payload = statement.payload;
  }

  /** Hands the statement to the driver; for the lane alone. */
  begin(client: postgres.Sql): PromiseLike<StatementResult> {
    if (this.#payload !== undefined) return copyIn(client, this.text, this.#payload);
    const params = this.#params;
    const options = isPrepared(this.text, this.#options)
      ? PREPARED
      : params.length === 0
        ? SIMPLE
        : UNPREPARED;
    const query = client.unsafe(this.text, params, options);
    return this.#options.asArrays ? query.values().then(keepJsonText) : query;
  }

  start(lane: { send(call: StatementCall): void }): void {
    lane.send(this);
  }

  settle(result: StatementResult): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#settler.resolve(result);
  }

  fail(error: unknown): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#settler.reject(error);
  }
}

// `simple` is the driver's word for the protocol without parameters; its types leave it out.
const PREPARED = { prepare: true, simple: false };
const UNPREPARED = { prepare: false, simple: false };
const SIMPLE = { prepare: false, simple: true };

/** Each lane keeps every prepared text until it ends, so their number has a limit. */
const preparedTextsMax = 1000;
const preparedTexts = new Set<string>();

function isPrepared(text: string, options: QueryOptions): boolean {
  if (options.prepare === false) return false;
  if (preparedTexts.has(text)) return true;
  if (preparedTexts.size >= preparedTextsMax) return false;
  preparedTexts.add(text);
  return true;
}

/**
 * COPY by way of the driver's query, with its two outcomes taken over: the driver settles a copy
 * when the server asks for data, forgets errors that come after it, and throws from a socket
 * callback when the connection ends while its stream is open. Data and end are therefore written
 * in one go, and the promise settles when the server reports that it is ready again.
 */
function copyIn(client: postgres.Sql, text: string, payload: Buffer): Promise<StatementResult> {
  return new Promise((resolve, reject) => {
    const query = client.unsafe(text, [], SIMPLE);
    const onAnswer = (answer: unknown): void => {
      if (answer instanceof Writable) {
        answer.on('error', reject);
        if (payload.length > 0) answer._write(payload, 'utf8', () => {});
        answer.end();
      } else if (Array.isArray(answer)) {
        resolve(answer);
      }
    };
    Object.assign(query, { resolve: onAnswer, reject });
    query.execute();
  });
}

/**
 * drizzle parses any text of a json column once more, which would turn the JSON string "12" into
 * the number 12; given JSON text again, it arrives at the same value.
 */
function keepJsonText(rows: unknown[][] & Pick<postgres.RowList<[]>, 'columns'>): StatementResult {
  for (const [index, column] of rows.columns.entries()) {
    if (!JSON_OIDS.has(column.type)) continue;
    for (const row of rows) {
      if (typeof row[index] === 'string') row[index] = JSON.stringify(row[index]);
    }
  }
  return rows;
}
