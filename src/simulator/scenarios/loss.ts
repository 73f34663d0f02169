import type { NetworkFaults } from '../faults.ts';
import { pause } from '../pace.ts';
import type { SimulatedRouter } from '../router.ts';

/**
 * Beside another scenario: the way to the server is bad for `forS` real seconds (Infinity = until the signal), then
 * as it was before.
 */
export async function worsenNetwork(
  router: SimulatedRouter,
  options: {
    readonly faults: Partial<NetworkFaults>;
    readonly forS: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const before = { ...router.faults };
  Object.assign(router.faults, options.faults);
  if (Number.isFinite(options.forS)) {
    await pause(options.forS * 1000, options.signal);
    Object.assign(router.faults, before);
  }
}
