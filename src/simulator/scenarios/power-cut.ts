import { pause } from '../pace.ts';
import type { SimulatedRouter } from '../router.ts';

/**
 * Beside another scenario: after `afterS` real seconds the router loses its power for `downMs` of its own time. No
 * Stop is sent; clients that redial all come back at once. Returns how many sessions were lost, 0 when it came to
 * no power cut.
 */
export async function cutPower(
  router: SimulatedRouter,
  options: { readonly afterS: number; readonly downMs: number; readonly signal: AbortSignal },
): Promise<number> {
  await pause(options.afterS * 1000, options.signal);
  if (options.signal.aborted) return 0;
  const lost = router.sessions.size;
  router.powerCut(options.downMs);
  return lost;
}
