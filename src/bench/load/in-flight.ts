const NONE = -1;

/**
 * Which slots are free and which wait for an answer. Free slots are handed out in turn, so that an identifier rests as
 * long as it can; waiting ones are kept in the order they were last sent, so that only the oldest need be looked at.
 */
export class InFlight {
  readonly #free: Int32Array;
  #freeFirst = 0;
  #freeCount: number;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  #oldest = NONE;
  #newest = NONE;
  /** How many wait. */
  count = 0;

  constructor(slots: number) {
    this.#free = Int32Array.from({ length: slots }, (_, slot) => slot);
    this.#freeCount = slots;
    this.#next = new Int32Array(slots).fill(NONE);
    this.#previous = new Int32Array(slots).fill(NONE);
  }

  get hasFree(): boolean {
    return this.#freeCount > 0;
  }

  /** A free slot, from now on waiting; -1 when there is none. */
  take(): number {
    if (this.#freeCount === 0) return NONE;
    const slot = this.#free[this.#freeFirst];
    this.#freeFirst = (this.#freeFirst + 1) % this.#free.length;
    this.#freeCount -= 1;
    this.#append(slot);
    this.count += 1;
    return slot;
  }

  /** Gives a waiting slot back. */
  release(slot: number): void {
    this.#unlink(slot);
    this.count -= 1;
    this.#free[(this.#freeFirst + this.#freeCount) % this.#free.length] = slot;
    this.#freeCount += 1;
  }

  /** A waiting slot was sent again: it is the newest now. */
  renew(slot: number): void {
    this.#unlink(slot);
    this.#append(slot);
  }

  /** The slot that waits longest; -1 when none does. */
  get oldest(): number {
    return this.#oldest;
  }

  #append(slot: number): void {
    this.#previous[slot] = this.#newest;
    this.#next[slot] = NONE;
    if (this.#newest === NONE) this.#oldest = slot;
    else this.#next[this.#newest] = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const next = this.#next[slot];
    const previous = this.#previous[slot];
    if (previous === NONE) this.#oldest = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#newest = previous;
    else this.#previous[next] = previous;
  }
}
