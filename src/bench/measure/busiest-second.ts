const SECOND_MS = 1_000;

/** The most instants that lie within any one second (half-open); `atMs` ascending. */
export function busiestSecond(atMs: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [last, ms] of atMs.entries()) {
    while (ms - (atMs[first] ?? ms) >= SECOND_MS) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
