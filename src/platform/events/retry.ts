/** Waits between deliveries of one event, in ms; the last one repeats for ever. */
export const DELIVERY_DELAYS_MS: readonly number[] = [1_000, 5_000, 30_000, 120_000, 600_000];

/** How long to wait after the `failures`-th failure in a row (1 = the first), from a table whose last entry is the cap. */
export function retryDelayMs(failures: number, delaysMs: readonly number[]): number {
  const index = Math.min(Math.max(failures, 1), delaysMs.length) - 1;
  return delaysMs[index] ?? 0;
}
