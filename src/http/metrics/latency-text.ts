/** A latency histogram as a RADIUS role reports it: hits per bucket, the last one without a bound. */
export interface LatencyReport {
  readonly bounds_us: readonly number[];
  readonly counts: readonly number[];
  readonly sum_us: number;
}

/**
 * Writes histograms counted elsewhere in the text format of Prometheus, which prom-client makes only of what it has
 * observed itself. Bounds become seconds, buckets cumulative.
 */
export function latencyText(
  metric: { readonly name: string; readonly help: string },
  series: readonly { readonly labels: string; readonly report: LatencyReport }[],
): string {
  if (series.length === 0) return '';
  const lines = [`# HELP ${metric.name} ${metric.help}`, `# TYPE ${metric.name} histogram`];
  for (const { labels, report } of series) {
    let total = 0;
    report.counts.forEach((hits, index) => {
      total += hits;
      const bound = report.bounds_us[index];
      const le = bound === undefined ? '+Inf' : String(bound / 1_000_000);
      lines.push(`${metric.name}_bucket{${labels},le="${le}"} ${total}`);
    });
    lines.push(`${metric.name}_sum{${labels}} ${report.sum_us / 1_000_000}`);
    lines.push(`${metric.name}_count{${labels}} ${total}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A value of a label, quoted. */
export function label(name: string, value: string): string {
  return `${name}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`;
}
