import type { Database } from '../../db/database.ts';
import type { Logger } from '../../platform/logger.port.ts';
import { putComparisons } from './comparison.store.ts';
import type { Comparison } from './comparison.ts';

/** Names waiting to be written; beyond it the report lags, never a login. */
const waitingMax = 20_000;
const intervalMs = 500;

/** Writes comparisons twice a second, the newest of each name; what cannot be written is lost and said once. */
export class ComparisonWriter {
  readonly #db: Database;
  readonly #logger: Logger;
  #waiting = new Map<string, Comparison>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(parts: { readonly db: Database; readonly logger: Logger }) {
    this.#db = parts.db;
    this.#logger = parts.logger;
  }

  add(comparison: Comparison): void {
    if (this.#waiting.size >= waitingMax) return;
    this.#waiting.set(`${comparison.nasId} ${comparison.username}`, comparison);
    this.#timer ??= setTimeout(() => this.#flush(), intervalMs);
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = [...this.#waiting.values()];
    this.#waiting = new Map();
    if (batch.length === 0) return;
    this.#writing = this.#writing.then(() => this.#write(batch));
  }

  async #write(batch: readonly Comparison[]): Promise<void> {
    try {
      await putComparisons(this.#db, batch);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        this.#logger.warn({ event: 'radius.comparisons_lost', count: batch.length, err: error });
      this.#isFailing = true;
    }
  }
}
