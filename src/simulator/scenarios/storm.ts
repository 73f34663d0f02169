import { paced, pause } from '../pace.ts';
import type { SimulatedRouter } from '../router.ts';
import type { Subscriber } from '../subscriber.ts';
import type { ScenarioOptions } from './steady.ts';

/**
 * Everybody dials once, `loginsPerSecond` of them every second whether or not the server keeps up, as after a power
 * cut in a whole district. Then they stay until the time is over.
 */
export async function runStorm(
  router: SimulatedRouter,
  subscribers: readonly Subscriber[],
  options: ScenarioOptions,
): Promise<void> {
  const startedMs = performance.now();
  const underWay = new Set<Promise<unknown>>();
  await paced(subscribers, {
    perSecond: options.loginsPerSecond,
    signal: options.signal,
    work: (subscriber) => {
      const dial = router.dial(subscriber);
      underWay.add(dial);
      void dial.finally(() => underWay.delete(dial));
    },
  });
  await Promise.allSettled([...underWay]);
  const leftMs = options.durationS * 1000 - (performance.now() - startedMs);
  if (!Number.isFinite(leftMs)) await untilAborted(options.signal);
  else await pause(leftMs, options.signal);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
