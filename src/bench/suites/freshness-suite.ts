import type { Actor } from '../../platform/identity/actor.ts';
import { suspendService } from '../../subscribers/services/lifecycle.service.ts';
import { scatter, userName } from '../load/population.ts';
import { Histogram } from '../measure/histogram.ts';
import type { BenchSession } from './bench-session.ts';
import { LoginProbe } from './login-probe.ts';

const actor: Actor = { kind: 'system', name: 'bench' };
const CHANGES = 50;
const SMOKE_CHANGES = 5;
const PATIENCE_MS = 10_000;

/** Suspends services one after the other while they log in again and again: from commit to the first refusal. */
export async function freshnessSuite(bench: BenchSession): Promise<void> {
  const { options, site, secret } = bench;
  const changes = Math.min(options.isSmoke ? SMOKE_CHANGES : CHANGES, options.users);
  const times = new Histogram();
  const probe = await LoginProbe.open({ authPort: site.authPort, secret });
  try {
    const order = scatter(options.users);
    for (let change = 0; change < changes; change += 1) {
      times.add(await refusedAfterMs(bench, probe, order(change)));
    }
  } finally {
    probe.close();
  }
  const { p50Ms, p99Ms, maxMs } = times.summary();
  bench.report.freshness = { changes, p50Ms, p99Ms, maxMs };
  bench.say(`freshness: p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms over ${changes} suspensions`);
}

async function refusedAfterMs(bench: BenchSession, probe: LoginProbe, user: number): Promise<number> {
  if ((await probe.login(user)) !== true)
    throw new Error(`${userName(user)} is refused before its suspension.`);
  let committedMs = Number.POSITIVE_INFINITY;
  const change = suspendService(bench.database, { username: userName(user), actor }).then(() => {
    committedMs = performance.now();
  });
  const giveUpMs = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpMs) {
    const isAccepted = await probe.login(user);
    if (isAccepted !== false) continue;
    const refusedMs = performance.now();
    await change;
    // The refusal may overtake the news of the commit on its way to us.
    return Math.max(0, refusedMs - committedMs);
  }
  await change;
  throw new Error(`${userName(user)} may still log in ${PATIENCE_MS} ms after its suspension.`);
}
