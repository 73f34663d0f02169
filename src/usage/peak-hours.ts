/** The hour (0 to 23) with the most octets, the earliest of equals; undefined when nothing was used. */
export function peakHour(hours: readonly bigint[]): number | undefined {
  let peak: number | undefined;
  for (const [hour, octets] of hours.entries()) {
    if (octets > (peak === undefined ? 0n : (hours[peak] ?? 0n))) peak = hour;
  }
  return peak;
}
