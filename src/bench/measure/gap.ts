/** The longest time without an answer, and when it began. */
export class LongestGap {
  /** When the last answer came, or the watch began. */
  #lastMs: number;
  /** Milliseconds. */
  gapMs = 0;
  /** When the answer before the gap came, milliseconds after the start. */
  beganMs = 0;

  constructor(startMs: number) {
    this.#lastMs = startMs;
  }

  /** How long there has been no answer. */
  silenceMs(nowMs: number): number {
    return nowMs - this.#lastMs;
  }

  /** Notes an answer, or the end of the watch; times never go back. */
  note(nowMs: number): void {
    const gapMs = nowMs - this.#lastMs;
    if (gapMs > this.gapMs) {
      this.gapMs = gapMs;
      this.beganMs = this.#lastMs;
    }
    this.#lastMs = nowMs;
  }
}
