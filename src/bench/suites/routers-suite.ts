import { canMeasureProcesses } from '../product/process-usage.ts';
import { openRouterSite } from '../product/router-site.ts';
import type { BenchSession } from './bench-session.ts';
import { measureMassChange } from './routers/mass-change.ts';
import { measurePolling } from './routers/polling.ts';
import { measureReconcile } from './routers/reconcile.ts';

const FULL = {
  routers: 200,
  pollIntervalS: 10,
  pollingS: 40,
  sessions: 20_000,
  changed: { sessions: 1_000, routers: 4 },
} as const;
const SMOKE = {
  routers: 4,
  pollIntervalS: 5,
  pollingS: 0.5,
  sessions: 200,
  changed: { sessions: 40, routers: 2 },
} as const;

/**
 * Routers by their API: the comparison of all sessions with the data, one package edit for many live sessions, and the
 * regular look at every router. Only Linux has all of 127.0.0.0/8 and says what processes use.
 */
export async function routersSuite(bench: BenchSession): Promise<void> {
  if (!canMeasureProcesses) {
    bench.say('routers: left out, they need the loopback addresses of Linux');
    return;
  }
  const { options, site, database } = bench;
  const sizes = options.isSmoke ? SMOKE : FULL;
  await bench.hangUp();
  const reconcile = await measureReconcile(bench, Math.min(sizes.sessions, options.users));
  await bench.hangUp();
  const routers = await openRouterSite(site, database, sizes);
  try {
    const massChange = await measureMassChange(bench, routers, sizes.changed);
    const polling = await measurePolling(bench, routers, {
      intervalS: sizes.pollIntervalS,
      seconds: sizes.pollingS,
    });
    bench.report.routers = { polling, reconcile, massChange };
    await routers.fleet.shutDown();
  } finally {
    await routers.close();
  }
}
