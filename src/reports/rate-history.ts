/** What one running role had counted when it last reported. */
export interface CounterReport {
  readonly instance: string;
  readonly startedAtMs: number;
  /** Counts since its start, by name. */
  readonly counts: Readonly<Record<string, number>>;
}

/** All roles together: what was counted since this history began. */
interface Sample {
  readonly atMs: number;
  readonly totals: ReadonlyMap<string, number>;
}

/** Events of the newest span, by name. */
export interface SpanCounts {
  /** 0 while there are not two samples. */
  readonly seconds: number;
  count(name: string): number;
}

const keepMs = 600_000;

/**
 * Turns counters of many processes, which start anew with each of them, into counts and rates over the last ten
 * minutes. State in memory; `nowMs` comes in from outside.
 */
export class RateHistory {
  #previous = new Map<string, Readonly<Record<string, number>>>();
  #samples: readonly Sample[] = [];

  /** Takes in what every live role reports. */
  take(reports: readonly CounterReport[], nowMs: number): void {
    const last = this.#samples.at(-1);
    const totals = new Map(last?.totals);
    for (const report of reports) {
      const before = this.#previous.get(report.instance);
      // A role that started after our last look counts from zero; an older one only from now on.
      if (before === undefined && (last === undefined || report.startedAtMs < last.atMs)) continue;
      for (const [name, count] of Object.entries(report.counts)) {
        const added = Math.max(0, count - (before?.[name] ?? 0));
        totals.set(name, (totals.get(name) ?? 0) + added);
      }
    }
    // A role that misses one report is not a new one when it is back.
    for (const { instance, counts } of reports) this.#previous.set(instance, counts);
    if (this.#previous.size > 1_000)
      this.#previous = new Map(reports.map((one) => [one.instance, one.counts]));
    this.#samples = [...this.#samples.filter(({ atMs }) => nowMs - atMs <= keepMs), { atMs: nowMs, totals }];
  }

  /** What was counted in the last `spanMs`, or as far back as the samples go. */
  last(spanMs: number, nowMs: number): SpanCounts {
    const newest = this.#samples.at(-1);
    const oldest = this.#samples.find(({ atMs }) => atMs >= nowMs - spanMs);
    if (newest === undefined || oldest === undefined || newest === oldest)
      return { seconds: 0, count: () => 0 };
    return {
      seconds: (newest.atMs - oldest.atMs) / 1000,
      count: (name) => (newest.totals.get(name) ?? 0) - (oldest.totals.get(name) ?? 0),
    };
  }

  /**
   * Rates per second of one counter or several together, in equal steps up to now, the newest last; undefined where
   * there are no samples.
   */
  series(
    names: readonly string[],
    steps: { readonly count: number; readonly stepMs: number },
    nowMs: number,
  ) {
    const rates: (number | undefined)[] = [];
    for (let step = steps.count; step > 0; step -= 1) {
      const from = this.#at(nowMs - step * steps.stepMs, steps.stepMs);
      const to = this.#at(nowMs - (step - 1) * steps.stepMs, steps.stepMs);
      if (from === undefined || to === undefined || from === to) {
        rates.push(undefined);
        continue;
      }
      const sum = (sample: Sample): number =>
        names.reduce((all, name) => all + (sample.totals.get(name) ?? 0), 0);
      rates.push(((sum(to) - sum(from)) * 1000) / (to.atMs - from.atMs));
    }
    return rates;
  }

  /** The newest sample at or before an instant, unless it is older than `maxAgeMs`. */
  #at(atMs: number, maxAgeMs: number): Sample | undefined {
    const sample = this.#samples.findLast((one) => one.atMs <= atMs);
    return sample !== undefined && atMs - sample.atMs <= maxAgeMs ? sample : undefined;
  }
}

/** The upper bound in microseconds below which `share` (0.95) of the answers lie; undefined without answers or bound. */
export function percentileUs(
  histogram: { readonly boundsUs: readonly number[]; readonly counts: readonly number[] },
  share: number,
): number | undefined {
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  let left = Math.ceil(total * share);
  if (left === 0) return undefined;
  for (const [index, count] of histogram.counts.entries()) {
    left -= count;
    if (left <= 0) return histogram.boundsUs[index];
  }
  return undefined;
}
