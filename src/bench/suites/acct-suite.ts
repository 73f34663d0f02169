import { WARM_UP_S, windowsOf } from './auth-suite.ts';
import type { BenchSession } from './bench-session.ts';

const INTERIM_ROUNDS = 3;
const WARM_UP_WINDOW = 64;

/** Accounting, answered after the commit: the three kinds apart, then mixed as a network in the evening. */
export async function acctSuite(bench: BenchSession): Promise<void> {
  const { seconds, isSmoke } = bench.options;
  if (!isSmoke) {
    await bench.prepare({ workload: 'mix', window: WARM_UP_WINDOW, seconds: WARM_UP_S });
    await bench.hangUp();
  }
  for (const window of windowsOf(bench.options)) {
    const measure = (name: string, workload: 'start' | 'interim' | 'stop', limits: object) =>
      bench.measure({ suite: 'acct', name }, { workload, window, ...limits });
    const { openSessions } = await measure('start', 'start', { seconds });
    await measure('interim', 'interim', { seconds, limit: openSessions * INTERIM_ROUNDS });
    await measure('stop', 'stop', {});
  }
  for (const window of windowsOf(bench.options)) {
    await bench.measure({ suite: 'acct', name: 'mix' }, { workload: 'mix', window, seconds });
    await bench.hangUp();
  }
  await bench.checkLedger('accounting');
}
