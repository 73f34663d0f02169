import { type Poller, startPoller } from './poller.service.ts';

/** What is done side by side, and where it comes from. */
export interface WorkPoolOptions<T> {
  readonly pollMs: number;
  /** Items under way at a time. */
  readonly places: number;
  /** Items of one key under way at a time, as `take` keeps to it. Default: as many as there are places. */
  readonly perKeyMax?: number;
  /** Whether what ends may let something else begin, so that another claim always follows. Default false. */
  readonly hasFollowers?: boolean;
  /** Claims items, at most `free`; `busy` has how many of each key are under way. */
  readonly take: (free: number, busy: ReadonlyMap<string, number>) => Promise<readonly T[]>;
  /** What may be slow as a whole, such as the router an item is for. */
  readonly keyOf: (item: T) => string;
  readonly work: (item: T) => Promise<void>;
  /** A claim or an item that failed. */
  readonly onError: (error: unknown) => void;
  /** How long `stop` waits for what is under way. */
  readonly stopGraceMs: number;
}

/** What ends within this time gives its places back together: a claim has a price of its own. */
const GATHER_MS = 50;

/**
 * Takes work when woken and at every poll, as long as there are places. What is slow holds its place until it ends and
 * never the turn of anything else.
 */
export function startWorkPool<T>(options: WorkPoolOptions<T>): Poller {
  const underWay = new Set<Promise<void>>();
  const busy = new Map<string, number>();
  const { places, perKeyMax = places, hasFollowers = false } = options;
  /** The last claim took all it might: there may be more as soon as something ends. */
  let mayBeMore = false;
  let wakeTimer: NodeJS.Timeout | undefined;

  const wakeSoon = (): void => {
    wakeTimer ??= setTimeout(() => {
      wakeTimer = undefined;
      poller.wake();
    }, GATHER_MS);
  };

  const begin = (item: T): void => {
    const key = options.keyOf(item);
    count(busy, key, 1);
    const work = options
      .work(item)
      .catch(options.onError)
      .finally(() => {
        underWay.delete(work);
        count(busy, key, -1);
        if (mayBeMore || hasFollowers) wakeSoon();
      });
    underWay.add(work);
  };

  const poller = startPoller({
    pollMs: options.pollMs,
    onError: options.onError,
    pass: async () => {
      const free = places - underWay.size;
      if (free <= 0) return false;
      const items = await options.take(free, busy);
      for (const item of items) begin(item);
      mayBeMore = items.length >= free || [...busy.values()].some((many) => many >= perKeyMax);
      return false;
    },
  });
  return {
    wake: () => poller.wake(),
    stop: async () => {
      clearTimeout(wakeTimer);
      await poller.stop();
      await Promise.race([Promise.all(underWay), pause(options.stopGraceMs)]);
    },
  };
}

function count(busy: Map<string, number>, key: string, change: number): void {
  const items = (busy.get(key) ?? 0) + change;
  if (items > 0) busy.set(key, items);
  else busy.delete(key);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
