const KEYS_MAX = 10_000;

/**
 * Counts failures in a row per user name and per MAC, so that guessing gets slow: from `delayAfter` failures on the
 * answer is to be held back for `delayMs` (radius-protocol.md section 3). Remembers the latest names only.
 */
export class RejectThrottle {
  readonly #failures = new Map<string, number>();
  delayAfter: number;
  delayMs: number;

  constructor(options: { delayAfter: number; delayMs: number }) {
    this.delayAfter = options.delayAfter;
    this.delayMs = options.delayMs;
  }

  /** Notes a reject and says how long to hold its answer back, in milliseconds; 0 = not at all. */
  rejected(userName: string, station: string | undefined): number {
    const byUser = this.#count(`u${userName}`);
    const byStation = station === undefined ? 0 : this.#count(`m${station}`);
    return this.delayMs > 0 && Math.max(byUser, byStation) >= this.delayAfter ? this.delayMs : 0;
  }

  /** Notes a login that was let in. */
  accepted(userName: string, station: string | undefined): void {
    if (this.#failures.size === 0) return;
    this.#failures.delete(`u${userName}`);
    if (station !== undefined) this.#failures.delete(`m${station}`);
  }

  #count(key: string): number {
    const count = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.delete(key);
    if (this.#failures.size >= KEYS_MAX) {
      const oldest = this.#failures.keys().next();
      if (!oldest.done) this.#failures.delete(oldest.value);
    }
    this.#failures.set(key, count);
    return count;
  }
}
