const BUCKETS = 400;
const FIRST_MS = 0.01;
const GROWTH = 1.04;
const LOG_GROWTH = Math.log(GROWTH);

/** Times in buckets four per cent apart from 10 us on: a percentile is off by at most that, whatever the count. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  add(ms: number): void {
    const bucket = ms <= FIRST_MS ? 0 : Math.ceil(Math.log(ms / FIRST_MS) / LOG_GROWTH);
    this.#counts[Math.min(bucket, BUCKETS - 1)] += 1;
    this.#total += 1;
  }

  get total(): number {
    return this.#total;
  }

  /** The time in ms that `share` (0.99) of all times do not exceed; 0 when there are none. */
  percentileMs(share: number): number {
    let left = Math.ceil(this.#total * share);
    if (left === 0) return 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      left -= this.#counts[bucket];
      if (left <= 0) return FIRST_MS * GROWTH ** bucket;
    }
    return FIRST_MS * GROWTH ** (BUCKETS - 1);
  }
}
