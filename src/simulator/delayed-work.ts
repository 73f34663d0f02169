import type { TimeBase } from './time-base.ts';

/** Work that waits for its time, all of which can be called off at once. */
export class DelayedWork {
  readonly #time: TimeBase;
  readonly #cancels = new Set<() => void>();

  constructor(time: TimeBase) {
    this.#time = time;
  }

  /** Runs `work` after so many simulated milliseconds. */
  later(delayMs: number, work: () => void): void {
    const cancel = this.#time.after(delayMs, () => {
      this.#cancels.delete(cancel);
      work();
    });
    this.#cancels.add(cancel);
  }

  cancelAll(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
