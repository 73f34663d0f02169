import { type BenchSession, ROUTER_HABIT } from './bench-session.ts';

/** Logins per second offered, each with its Start. */
const OFFERED_PER_S = [1_000, 2_000, 5_000, 10_000] as const;
const SMOKE_OFFERED_PER_S = [200, 400] as const;

/** Everybody dials in at once: an open loop that waits for nobody, with a router's own retransmission. */
export async function stormSuite(bench: BenchSession): Promise<void> {
  const { seconds, isSmoke } = bench.options;
  for (const ratePerS of isSmoke ? SMOKE_OFFERED_PER_S : OFFERED_PER_S) {
    const steps = [{ ratePerS, seconds }];
    await bench.measure(
      { suite: 'storm', name: 'login+start' },
      { workload: 'storm', steps, ...ROUTER_HABIT },
    );
    await bench.hangUp();
  }
  await bench.checkLedger('storms');
}
