/** Sends replies a fixed time later with one timer, however many wait. */
export class DelayedReplies {
  readonly #queue: { readonly dueTick: number; readonly send: () => void }[] = [];
  readonly #monotonicMs: () => number;
  #head = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Calls `send` after `delayMs`; false when too many wait already: then send at once. */
  add(delayMs: number, send: () => void): boolean {
    if (this.#queue.length - this.#head >= 10_000) return false;
    this.#queue.push({ dueTick: this.#monotonicMs() + delayMs, send });
    this.#timer ??= setTimeout(() => this.#run(), delayMs);
    return true;
  }

  /** Sends everything that waits, at once. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { send } of this.#queue.splice(this.#head)) send();
    this.#queue.length = 0;
    this.#head = 0;
  }

  #run(): void {
    this.#timer = undefined;
    const now = this.#monotonicMs();
    while (this.#head < this.#queue.length && this.#queue[this.#head].dueTick <= now + 1) {
      this.#head += 1;
      this.#queue[this.#head - 1].send();
    }
    if (this.#head === this.#queue.length) {
      this.#queue.length = 0;
      this.#head = 0;
      return;
    }
    if (this.#head > 1_000) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    this.#timer = setTimeout(() => this.#run(), Math.max(1, this.#queue[this.#head].dueTick - now));
  }
}
