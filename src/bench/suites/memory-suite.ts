import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf, type ProcessMemory } from '../product/process-usage.ts';
import type { BenchSession } from './bench-session.ts';

const START_WINDOW = 256;
/** What was only needed for the answers has gone by then. */
const SETTLE_MS = 2_000;
const SMOKE_SETTLE_MS = 200;

/** Memory of the RADIUS process with every subscriber in a session of its own; nothing where the system does not tell. */
export async function memorySuite(bench: BenchSession, atStart: ProcessMemory | undefined): Promise<void> {
  const { openSessions } = await bench.prepare({ workload: 'start', window: START_WINDOW });
  await sleep(bench.options.isSmoke ? SMOKE_SETTLE_MS : SETTLE_MS);
  const withSessions = memoryOf(bench.product.radiusPid);
  if (atStart !== undefined && withSessions !== undefined) {
    bench.report.memory = { subscribers: bench.options.users, openSessions, atStart, withSessions };
    bench.say(`memory: ${withSessions.rssMb.toFixed(0)} MB with ${openSessions} open sessions`);
  }
  await bench.checkLedger('opening every session');
}
