/** The longest time without an answer, and when it began. */
export class LongestGap {
  #lastMs: number;
  /** Milliseconds. */
  gapMs = 0;
  /** When the answer before the gap came, milliseconds after the start. */
  beganMs = 0;

  constructor(startMs: number) {
    this.#lastMs = startMs;
  }

  /** Notes an answer; times never go back. */
  note(nowMs: number): void {
    const gapMs = nowMs - this.#lastMs;
    if (gapMs > this.gapMs) {
      this.gapMs = gapMs;
      this.beganMs = this.#lastMs;
    }
    this.#lastMs = nowMs;
  }
}
