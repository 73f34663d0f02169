/** So many requests per second for so long. */
export interface RateStep {
  readonly ratePerS: number;
  readonly seconds: number;
}

interface PlacedStep extends RateStep {
  readonly startMs: number;
  readonly firstIndex: number;
  readonly count: number;
}

/**
 * When each request of an open loop is due, whatever has become of the ones before: a late answer delays nothing, and
 * the wait of a request that could not be sent in time counts as its latency.
 */
export class Schedule {
  readonly #steps: readonly PlacedStep[];
  /** How many requests there are. */
  readonly total: number;
  /** When the last step ends. */
  readonly endMs: number;

  constructor(steps: readonly RateStep[]) {
    const placed: PlacedStep[] = [];
    let startMs = 0;
    let firstIndex = 0;
    for (const step of steps) {
      const count = Math.round(step.ratePerS * step.seconds);
      placed.push({ ...step, startMs, firstIndex, count });
      startMs += step.seconds * 1000;
      firstIndex += count;
    }
    this.#steps = placed;
    this.total = firstIndex;
    this.endMs = startMs;
  }

  /** How many requests are due when `elapsedMs` have passed; the first one is due at once. */
  dueCount(elapsedMs: number): number {
    let due = 0;
    for (const step of this.#steps) {
      if (elapsedMs < step.startMs) break;
      const begun = Math.floor(((elapsedMs - step.startMs) * step.ratePerS) / 1000 + 1e-9) + 1;
      due = step.firstIndex + Math.min(begun, step.count);
    }
    return due;
  }

  /** When the request of this index (from 0) is due, milliseconds after the start. */
  dueMs(index: number): number {
    const step = this.#steps.findLast(({ firstIndex, count }) => firstIndex <= index && count > 0);
    if (step === undefined) return 0;
    return step.startMs + ((index - step.firstIndex) * 1000) / step.ratePerS;
  }
}
