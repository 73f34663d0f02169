/** Width of a bucket, milliseconds. */
export const BUCKET_MS = 100;

/** What became of the requests due within one bucket, and how many were finished in that time. */
export interface TimelineBucket {
  readonly due: number;
  /** Of those due here: answered at all. */
  readonly answered: number;
  /** Of those due here: answered later than `normalMs`. */
  readonly slow: number;
  /** Finished within this bucket, whenever they were due. */
  readonly done: number;
}

const ROWS = 4;

/** Requests over time, in buckets of `BUCKET_MS`; what lies beyond the last bucket counts in the last. */
export class Timeline {
  readonly #normalMs: number;
  readonly #counts: Uint32Array;
  readonly #buckets: number;

  constructor(options: { readonly lengthMs: number; readonly normalMs: number }) {
    this.#normalMs = options.normalMs;
    this.#buckets = Math.max(1, Math.ceil(options.lengthMs / BUCKET_MS));
    this.#counts = new Uint32Array(this.#buckets * ROWS);
  }

  addDue(dueMs: number): void {
    this.#counts[this.#at(dueMs)] += 1;
  }

  addAnswer(dueMs: number, doneMs: number): void {
    const due = this.#at(dueMs);
    this.#counts[due + 1] += 1;
    if (doneMs - dueMs > this.#normalMs) this.#counts[due + 2] += 1;
    this.#counts[this.#at(doneMs) + 3] += 1;
  }

  buckets(): TimelineBucket[] {
    return Array.from({ length: this.#buckets }, (_, bucket) => {
      const [due = 0, answered = 0, slow = 0, done = 0] = this.#counts.subarray(
        bucket * ROWS,
        bucket * ROWS + ROWS,
      );
      return { due, answered, slow, done };
    });
  }

  #at(ms: number): number {
    const bucket = Math.max(0, Math.min(Math.floor(ms / BUCKET_MS), this.#buckets - 1));
    return bucket * ROWS;
  }
}

/**
 * How long after `endMs` a request was last slow or unanswered: 0 when all that were due since then were answered in
 * normal time.
 */
export function recoveryMs(buckets: readonly TimelineBucket[], endMs: number): number {
  const lastBad = buckets.findLastIndex(({ due, answered, slow }) => answered < due || slow > 0);
  return Math.max(0, (lastBad + 1) * BUCKET_MS - endMs);
}

/** How many were finished between two instants, which are multiples of `BUCKET_MS`. */
export function doneBetween(
  buckets: readonly TimelineBucket[],
  span: { readonly fromMs: number; readonly toMs: number },
): number {
  return buckets
    .slice(Math.round(span.fromMs / BUCKET_MS), Math.round(span.toMs / BUCKET_MS))
    .reduce((sum, { done }) => sum + done, 0);
}
