import type { Database } from '../../db/database.ts';
import type { Logger } from '../../platform/logger.port.ts';
import { COPY_AUTH_LOG } from './auth-log.ts';

const LINES_MAX = 300_000;
const BATCH_LINES_MAX = 20_000;
const INTERVAL_MS = 250;

/**
 * Writes the authentication log by COPY, a quarter of a second at a time: a log written row by row costs a third of
 * the logins (performance.md section 2). While the database is away lines are kept up to a limit, then counted lost.
 */
export class AuthLogWriter {
  readonly #db: Database;
  readonly #logger: Logger;
  readonly #onLost: (lines: number) => void;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #isFailing = false;
  #isStopped = false;

  constructor(options: { db: Database; logger: Logger; onLost: (lines: number) => void }) {
    this.#db = options.db;
    this.#logger = options.logger;
    this.#onLost = options.onLost;
  }

  /** Takes one finished line. */
  add(line: string): void {
    if (this.#lines.length >= LINES_MAX) {
      this.#onLost(1);
      return;
    }
    this.#lines.push(line);
    this.#timer ??= setTimeout(() => this.#tick(), INTERVAL_MS);
  }

  /** Writes what is left; lines that cannot be written within the attempt are lost. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#writing;
    if (this.#lines.length > 0) await this.#write();
  }

  #tick(): void {
    this.#timer = undefined;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#lines.length > 0 && !this.#isStopped)
        this.#timer ??= setTimeout(() => this.#tick(), INTERVAL_MS);
    });
  }

  async #write(): Promise<void> {
    while (this.#lines.length > 0) {
      const batch =
        this.#lines.length <= BATCH_LINES_MAX ? this.#lines : this.#lines.slice(0, BATCH_LINES_MAX);
      this.#lines = batch === this.#lines ? [] : this.#lines.slice(BATCH_LINES_MAX);
      try {
        await this.#copy(batch);
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) {
          this.#logger.warn({ event: 'radius.auth_log_unwritten', lines: batch.length, err: error });
        }
        this.#isFailing = true;
        // What was new while it failed comes after it; beyond the limit the oldest lines are lost.
        const kept = batch.concat(this.#lines);
        const lost = Math.max(0, kept.length - LINES_MAX);
        if (lost > 0) this.#onLost(lost);
        this.#lines = lost > 0 ? kept.slice(lost) : kept;
        return;
      }
    }
  }

  /** Writes lines; those the database refuses for what they hold are found by halving and lost, and no others. */
  async #copy(lines: readonly string[]): Promise<void> {
    try {
      await this.#db.copyIn(COPY_AUTH_LOG, lines.join(''));
    } catch (error) {
      if (!isRefusedData(error)) throw error;
      if (lines.length === 1) {
        this.#logger.warn({ event: 'radius.auth_log_refused', err: error });
        this.#onLost(1);
        return;
      }
      const middle = lines.length >> 1;
      await this.#copy(lines.slice(0, middle));
      await this.#copy(lines.slice(middle));
    }
  }
}

/** SQLSTATE class 22 (data exception) or 23 (constraint): the same lines would be refused again and again. */
function isRefusedData(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^2[23]...$/.test(code);
}
