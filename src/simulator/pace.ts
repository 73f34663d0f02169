const tickMs = 10;

/** Waits so many real milliseconds, or until the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/**
 * Begins `work` for every item at a steady rate, in open loop: it does not wait for what it began, as subscribers do
 * not wait for each other. Resolves when the last one has begun, or at the signal.
 */
export async function paced<T>(
  items: readonly T[],
  input: {
    readonly perSecond: number;
    readonly signal: AbortSignal;
    readonly work: (item: T) => void;
  },
): Promise<void> {
  const startedMs = performance.now();
  for (let next = 0; next < items.length && !input.signal.aborted; ) {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * input.perSecond) + 1;
    for (; next < Math.min(due, items.length); next += 1) input.work(items[next]);
    if (next < items.length) await pause(tickMs, input.signal);
  }
}
