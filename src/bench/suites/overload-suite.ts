import { doneBetween, recoveryMs } from '../measure/timeline.ts';
import { type BenchSession, ROUTER_HABIT } from './bench-session.ts';

const CAPACITY_WINDOW = 256;
const OVERLOAD_S = 10;
const CALM_S = 4;
const SMOKE_S = 0.5;
const NORMAL_MS = 100;

/** Twice what a closed loop can complete, then half of it: what is still completed, and when all is normal again. */
export async function overloadSuite(bench: BenchSession): Promise<void> {
  const { seconds, isSmoke } = bench.options;
  const suite = 'overload';
  const peak = await bench.measure(
    { suite, name: 'capacity' },
    { workload: 'storm', window: CAPACITY_WINDOW, seconds },
  );
  await bench.hangUp();
  const capacityPerS = Math.max(1, peak.ratePerS);
  const offeredPerS = Math.round(capacityPerS * 2);
  const overloadS = isSmoke ? SMOKE_S : OVERLOAD_S;
  const steps = [
    { ratePerS: offeredPerS, seconds: overloadS },
    { ratePerS: Math.ceil(capacityPerS / 2), seconds: isSmoke ? SMOKE_S : CALM_S },
  ];
  const { timeline } = await bench.measure(
    { suite, name: 'login+start' },
    { workload: 'storm', steps, ...ROUTER_HABIT, normalMs: NORMAL_MS },
  );
  const completed = doneBetween(timeline, { fromMs: 0, toMs: overloadS * 1000 });
  bench.report.overload = {
    capacityPerS,
    offeredPerS,
    seconds: overloadS,
    completedShare: completed / overloadS / capacityPerS,
    recoveryMs: recoveryMs(timeline, overloadS * 1000),
    normalMs: NORMAL_MS,
  };
  await bench.hangUp();
  await bench.checkLedger('overload');
}
