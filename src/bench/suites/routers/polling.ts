import { setTimeout as sleep } from 'node:timers/promises';
import { postmasterPid } from '../../product/bench-database.ts';
import { cpuSecondsOf, cpuSecondsOfFamily } from '../../product/process-usage.ts';
import type { RouterSite } from '../../product/router-site.ts';
import type { PollingResult } from '../../report/routers.ts';
import type { BenchSession } from '../bench-session.ts';

const LOOK_EVERY_MS = 200;
/** Beyond the interval, for the first look at every router. */
const PATIENCE_MS = 30_000;

/** Waits until every router has been looked at once, then watches the looks, and what the worker takes for them. */
export async function measurePolling(
  bench: BenchSession,
  { nasIds }: RouterSite,
  { intervalS, seconds }: { readonly intervalS: number; readonly seconds: number },
): Promise<PollingResult> {
  const giveUpMs = performance.now() + intervalS * 1_000 + PATIENCE_MS;
  while ((await answeredOf(bench, nasIds)) < nasIds.length && performance.now() < giveUpMs)
    await sleep(LOOK_EVERY_MS);
  const workerPid = bench.product.pidOf('worker');
  const postmaster = await postmasterPid(bench.site, bench.database);
  const used = () => ({
    worker: cpuSecondsOf(workerPid),
    database: postmaster === undefined ? 0 : cpuSecondsOfFamily(postmaster),
  });
  const before = used();
  const startedMs = performance.now();
  await sleep(seconds * 1_000);
  const tookS = (performance.now() - startedMs) / 1_000;
  const after = used();
  const looks = await looksOf(bench, nasIds, tookS);
  const result: PollingResult = {
    routers: nasIds.length,
    intervalS,
    seconds: tookS,
    answered: await answeredOf(bench, nasIds),
    ...looks,
    workerShare: (after.worker - before.worker) / tookS,
    databaseShare: postmaster === undefined ? null : (after.database - before.database) / tookS,
  };
  bench.say(
    `routers: ${result.looks} looks in ${tookS.toFixed(0)} s, ${(result.workerShare * 100).toFixed(1)} % of a core`,
  );
  return result;
}

async function answeredOf({ database }: BenchSession, nasIds: readonly string[]): Promise<number> {
  const [row] = await database.db.query<{ answered: string }>(
    `select count(*) as answered from router_health
     where nas_id = any($1::bigint[]) and answered_at is not null and state in ('up', 'busy')`,
    [nasIds],
  );
  return Number(row?.answered ?? 0);
}

/** Looks of the last seconds; a gap is that to the look before, which may lie earlier. */
async function looksOf(
  { database }: BenchSession,
  nasIds: readonly string[],
  seconds: number,
): Promise<Pick<PollingResult, 'looks' | 'failed' | 'longestGapS'>> {
  const [row] = await database.db.query<{ looks: string; failed: string; gap_s: string | null }>(
    `with samples as (
       select at, state, at - lag(at) over (partition by nas_id order by at) as gap
       from router_health_samples where nas_id = any($1::bigint[])
     )
     select count(*) as looks, count(*) filter (where state not in ('up', 'busy')) as failed,
       extract(epoch from max(gap)) as gap_s
     from samples where at >= now() - make_interval(secs => $2::float8)`,
    [nasIds, seconds],
  );
  return {
    looks: Number(row?.looks ?? 0),
    failed: Number(row?.failed ?? 0),
    longestGapS: Number(row?.gap_s ?? 0),
  };
}
