/**
 * Keeps orders to one router apart, so that a mass change is no storm for it: at most so many a second for each key, evenly
 * spaced; one that comes alone goes at once.
 */
export class Pace {
  readonly #gapMs: number;
  readonly #nextMs = new Map<string, number>();

  constructor(perSecond: number) {
    this.#gapMs = 1_000 / perSecond;
  }

  /** Takes the next turn of a key and answers how long until then, in ms. `nowMs` is monotonic. */
  turn(key: string, nowMs: number): number {
    const at = Math.max(nowMs, this.#nextMs.get(key) ?? 0);
    this.#nextMs.set(key, at + this.#gapMs);
    if (this.#nextMs.size > KEYS_MAX) this.#forget(nowMs);
    return at - nowMs;
  }

  #forget(nowMs: number): void {
    for (const [key, next] of this.#nextMs) if (next <= nowMs) this.#nextMs.delete(key);
  }
}

const KEYS_MAX = 10_000;
