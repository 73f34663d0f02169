import { setTimeout as sleep } from 'node:timers/promises';
import { postmasterPid, untilReachable } from '../product/bench-database.ts';
import type { BenchSession } from './bench-session.ts';

const WINDOW = 64;
/** Short waits, so that the first answer after the crash is seen when it could come; tries for half a minute. */
const PERSISTENT = { timeoutMs: 100, tries: 300 } as const;
const KILL_AFTER_S = 1;
const LOAD_S = 6;
const SMOKE_KILL_AFTER_S = 0.2;
const SMOKE_LOAD_S = 1.2;

/** Kills the RADIUS process and the database without warning under load; what was acknowledged must still be there. */
export async function crashSuite(bench: BenchSession): Promise<void> {
  await crash(bench, 'radius', bench.product.radiusPid);
  const postmaster = await postmasterPid(bench.site, bench.database);
  if (postmaster === undefined) {
    bench.say('crash of the database: left out, it is not ours to kill');
    return;
  }
  await crash(bench, 'database', postmaster);
}

async function crash(bench: BenchSession, victim: 'radius' | 'database', pid: number): Promise<void> {
  const { isSmoke } = bench.options;
  const load = bench.measure(
    { suite: 'crash', name: victim },
    { workload: 'mix', window: WINDOW, seconds: isSmoke ? SMOKE_LOAD_S : LOAD_S, ...PERSISTENT },
  );
  await sleep((isSmoke ? SMOKE_KILL_AFTER_S : KILL_AFTER_S) * 1000);
  process.kill(pid, 'SIGKILL');
  const { answers, longestGapMs } = await load;
  // The one death the bench itself has caused.
  if (victim === 'radius') bench.product.deaths.shift();
  await untilReachable(bench.database);
  await bench.hangUp();
  const ledger = await bench.checkLedger(`the crash of the ${victim}`);
  bench.report.ledgers.pop();
  bench.report.crashes.push({ victim, answers, downMs: longestGapMs, ledger });
}
