import type { Database } from '../../db/database.ts';
import { ID_BLOCK_SIZE, takeIdBlock } from '../../usage/sessions/session.store.ts';

/** Session ids in memory, fetched a block at a time; unused ones are lost at a restart, which harms nothing. */
export class IdBlocks {
  readonly #db: Database;
  #next = 0;
  #left = 0;
  #spare: number | undefined;
  #refilling: Promise<void> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Whether `count` ids can be taken without a query; a spare block is fetched ahead of need. */
  has(count: number): boolean {
    if (this.#spare === undefined && this.#refilling === undefined) void this.refill().catch(() => undefined);
    return this.#left + (this.#spare === undefined ? 0 : ID_BLOCK_SIZE) >= count;
  }

  /** The next id; call `has` first. */
  next(): number {
    if (this.#left === 0) {
      if (this.#spare === undefined)
        throw new Error('Invariant broken: session ids are fetched ahead of need.');
      this.#next = this.#spare;
      this.#left = ID_BLOCK_SIZE;
      this.#spare = undefined;
    }
    this.#left -= 1;
    const id = this.#next;
    this.#next += 1;
    return id;
  }

  /** Fetches a block; rejects when the database is out of reach. */
  refill(): Promise<void> {
    this.#refilling ??= takeIdBlock(this.#db)
      .then((first) => {
        this.#spare = first;
      })
      .finally(() => {
        this.#refilling = undefined;
      });
    return this.#refilling;
  }
}
