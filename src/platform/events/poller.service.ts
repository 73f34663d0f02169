/** A pass that is run when woken and at least every so often, never twice at once. */
export interface Poller {
  /** Asks for a pass soon; many calls during one pass make one more pass. */
  wake(): void;
  /** Ends after the pass under way; no pass begins afterwards. */
  stop(): Promise<void>;
}

/** What a poller runs, and how often when nobody wakes it. */
export interface PollerOptions {
  readonly pollMs: number;
  /** Says true when there may be more to do at once. */
  readonly pass: () => Promise<boolean>;
  /** A pass that throws is told here; the next one comes with the next poll. */
  readonly onError: (error: unknown) => void;
}

/** Starts with a pass at once. NOTIFY may get lost with its connection: the poll is what makes it sure. */
export function startPoller(options: PollerOptions): Poller {
  let isWoken = false;
  let isStopped = false;
  let wakeUp: (() => void) | undefined;

  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, options.pollMs);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    while (!isStopped) {
      isWoken = false;
      let hasMore = false;
      try {
        hasMore = await options.pass();
      } catch (error) {
        options.onError(error);
        // Being woken by what fails again and again must not make a busy loop.
        isWoken = false;
      }
      if (!hasMore && !isWoken && !isStopped) await wait();
      wakeUp = undefined;
    }
  };

  const ended = run();
  return {
    wake: () => {
      isWoken = true;
      wakeUp?.();
    },
    stop: () => {
      isStopped = true;
      wakeUp?.();
      return ended;
    },
  };
}
