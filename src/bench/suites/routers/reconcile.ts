import { reconcileNetworkJob } from '../../../network/reconcile-network.job.ts';
import { jobReport } from '../../../platform/scheduler/job.port.ts';
import type { ReconcileResult } from '../../report/routers.ts';
import type { BenchSession } from '../bench-session.ts';

const WINDOW = 256;
const RUNS = 2;

/** So many subscribers dial in, and the job that compares all live sessions with the data finds nothing to do. */
export async function measureReconcile(bench: BenchSession, sessions: number): Promise<ReconcileResult> {
  const { db, clock } = bench.database;
  await bench.prepare({ workload: 'storm', window: WINDOW, limit: sessions });
  const open = await openSessions(bench);
  const job = reconcileNetworkJob({ db, businessClock: clock });
  let slowestMs = 0;
  let orders = 0;
  let compared = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const startedMs = performance.now();
    const { counts } = jobReport(await job.run(new AbortController().signal));
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    compared = counts.sessions ?? 0;
    orders += counts.orders ?? 0;
  }
  bench.say(`routers: ${open.sessions} sessions reconciled in ${slowestMs.toFixed(0)} ms, ${orders} orders`);
  return { ...open, compared, orders, ms: slowestMs };
}

async function openSessions({ database }: BenchSession): Promise<{ sessions: number; known: number }> {
  const [row] = await database.db.query<{ sessions: string; known: string }>(
    `select count(*) as sessions, count(*) filter (where grade is not null and state_version is not null) as known
     from sessions where closed_at is null and service_id is not null`,
  );
  return { sessions: Number(row?.sessions ?? 0), known: Number(row?.known ?? 0) };
}
