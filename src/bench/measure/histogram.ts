const STEPS_PER_OCTAVE = 64;
const UNITS_PER_MS = 10_000;
const UNITS_MAX = 2 ** 32 - 1;

/** Percentiles of a set of times, milliseconds; all zero when there were none. */
export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * Times in logarithmic steps of 1.6 % from 0.1 us to seven minutes: a percentile is off by at most one step, whatever
 * the count, and adding costs no allocation.
 */
export class Histogram {
  readonly #counts = new Uint32Array(27 * STEPS_PER_OCTAVE);
  #total = 0;
  #maxMs = 0;

  /** Counts one time; a negative one counts as zero. */
  add(ms: number): void {
    this.#counts[bucketOf(Math.max(0, Math.min(ms * UNITS_PER_MS, UNITS_MAX)) >>> 0)] += 1;
    this.#total += 1;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  get total(): number {
    return this.#total;
  }

  /** The time in ms that `share` (0.99) of all times do not exceed. */
  percentileMs(share: number): number {
    let left = Math.max(1, Math.ceil(this.#total * share));
    for (let bucket = 0; bucket < this.#counts.length; bucket += 1) {
      left -= this.#counts[bucket];
      if (left <= 0) return Math.min(middleOf(bucket) / UNITS_PER_MS, this.#maxMs);
    }
    return 0;
  }

  summary(): LatencySummary {
    return {
      count: this.#total,
      p50Ms: this.percentileMs(0.5),
      p95Ms: this.percentileMs(0.95),
      p99Ms: this.percentileMs(0.99),
      maxMs: this.#maxMs,
    };
  }
}

/** The first 64 units have a bucket each, then every doubling has 64. */
function bucketOf(units: number): number {
  if (units < STEPS_PER_OCTAVE) return units;
  const exponent = 31 - Math.clz32(units);
  return (exponent - 5) * STEPS_PER_OCTAVE + ((units >>> (exponent - 6)) & (STEPS_PER_OCTAVE - 1));
}

function middleOf(bucket: number): number {
  if (bucket < STEPS_PER_OCTAVE) return bucket;
  const exponent = Math.floor(bucket / STEPS_PER_OCTAVE) + 5;
  const step = 2 ** (exponent - 6);
  return 2 ** exponent + (bucket % STEPS_PER_OCTAVE) * step + step / 2;
}
