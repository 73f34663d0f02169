import { paced, pause } from '../pace.ts';
import type { SimulatedRouter } from '../router.ts';
import type { Subscriber } from '../subscriber.ts';

/** How long a scenario lasts in real seconds (Infinity = until the signal), and how fast it dials. */
export interface ScenarioOptions {
  readonly loginsPerSecond: number;
  readonly durationS: number;
  readonly signal: AbortSignal;
}

/** An ordinary day: everybody dials in, one after the other, and stays; whoever cannot get in tries again. */
export async function runSteady(
  router: SimulatedRouter,
  subscribers: readonly Subscriber[],
  options: ScenarioOptions,
): Promise<void> {
  const startedMs = performance.now();
  const { loginsPerSecond, durationS, signal } = options;
  let waiting: Subscriber[] = [...subscribers];
  while (!signal.aborted) {
    const leftMs = durationS * 1000 - (performance.now() - startedMs);
    if (leftMs <= 0) return;
    const failed: Subscriber[] = [];
    const within = AbortSignal.any(
      Number.isFinite(leftMs) ? [signal, AbortSignal.timeout(Math.ceil(leftMs))] : [signal],
    );
    await paced(waiting, {
      perSecond: loginsPerSecond,
      signal: within,
      work: (subscriber) => {
        void router.dial(subscriber).then((result) => {
          if (result.outcome !== 'up') failed.push(subscriber);
        });
      },
    });
    await pause(redialPauseMs, within);
    waiting = failed;
  }
}

/** A modem that was refused waits so long before it dials again. */
const redialPauseMs = 10_000;
