import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanId } from '../../../kernel/ids.ts';
import { ORDERS_PER_SECOND_MAX } from '../../../network/enforcement/enforcement.service.ts';
import type { Actor } from '../../../platform/identity/actor.ts';
import { addPlan, changePlan } from '../../../subscribers/catalog/catalog.service.ts';
import { importSubscribers } from '../../../subscribers/import/import.service.ts';
import { postmasterPid } from '../../product/bench-database.ts';
import { cpuSecondsOf, cpuSecondsOfFamily } from '../../product/process-usage.ts';
import type { RouterSite } from '../../product/router-site.ts';
import type { MassChangeResult } from '../../report/routers.ts';
import type { BenchSession } from '../bench-session.ts';

const actor: Actor = { kind: 'system', name: 'bench' };
const PLAN = { code: 'BENCHMASS', name: 'Mass change', price: 300_000n } as const;
const BEFORE = '5M/20M';
const AFTER = { text: '6M/24M', onRouter: '6000000/24000000' } as const;
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 60_000;

/** Lines dial in on a few routers, then their package gets another speed: until each session runs at it. */
export async function measureMassChange(
  bench: BenchSession,
  site: RouterSite,
  sizes: { readonly sessions: number; readonly routers: number },
): Promise<MassChangeResult> {
  const { db } = bench.database;
  const catalog = { db, checkAttribute: () => undefined };
  const { id } = await addPlan(catalog, { ...PLAN, rateLimit: BEFORE });
  const lines = await addLines(bench, sizes);
  await site.fleet.dial(lines);
  await site.fleet.takeOrders();
  const lastOrder = await newestOrder(bench);
  const cpu = await watchCpu(bench);
  await changePlan(catalog, { id, actor, patch: { rateLimit: AFTER.text } });
  const ms = await untilObeyed(bench, { planId: id, lastOrder, sessions: sizes.sessions });
  const cpuMs = cpu(sizes.sessions);
  const [orders, taken, rates] = [
    await ordersSince(bench, lastOrder),
    await site.fleet.takeOrders(),
    await site.fleet.rates(),
  ];
  const atNewRate = rates.find(({ rate }) => rate === AFTER.onRouter)?.sessions ?? 0;
  bench.say(
    `routers: ${atNewRate} of ${sizes.sessions} sessions at their new speed after ${ms.toFixed(0)} ms`,
  );
  return {
    ...sizes,
    perSecondMax: ORDERS_PER_SECOND_MAX,
    ms,
    cpuMs,
    acknowledged: orders.acknowledged,
    otherOrders: orders.all - orders.acknowledged,
    taken,
    atNewRate,
  };
}

/** Processor time per order since the call, in ms, of whoever carries it out. */
async function watchCpu(bench: BenchSession): Promise<(orders: number) => MassChangeResult['cpuMs']> {
  const { product, site, database } = bench;
  const postmaster = await postmasterPid(site, database);
  const read = () => ({
    worker: cpuSecondsOf(product.pidOf('worker')),
    radius: cpuSecondsOf(product.pidOf('radius')),
    database: postmaster === undefined ? undefined : cpuSecondsOfFamily(postmaster),
  });
  const before = read();
  return (orders) => {
    const after = read();
    const perOrder = (seconds: number): number => (seconds * 1_000) / orders;
    return {
      worker: perOrder(after.worker - before.worker),
      radius: perOrder(after.radius - before.radius),
      database:
        after.database === undefined || before.database === undefined
          ? null
          : perOrder(after.database - before.database),
    };
  };
}

async function addLines(bench: BenchSession, sizes: { sessions: number; routers: number }) {
  const lines = Array.from({ length: sizes.sessions }, (_, index) => ({
    router: index % sizes.routers,
    username: `mass${index}`,
    password: `mass-${index}`,
  }));
  const rows = lines.map(({ username, password }) => `${username},${password},${PLAN.code}\n`);
  const csv = async function* (): AsyncGenerator<string> {
    yield `username,password,package\n${rows.join('')}`;
  };
  const { created } = await importSubscribers(bench.database, csv(), { actor });
  if (created !== sizes.sessions) throw new Error(`Only ${created} lines for the mass change were imported.`);
  return lines;
}

/** Until every order that follows from the edit has been acknowledged and the sessions are up to date; how long it took. */
async function untilObeyed(
  bench: BenchSession,
  change: { readonly planId: PlanId; readonly lastOrder: string; readonly sessions: number },
): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const { acknowledged } = await ordersSince(bench, change.lastOrder);
    const tookMs = performance.now() - startedMs;
    if (acknowledged >= change.sessions || tookMs > PATIENCE_MS) return tookMs;
    await sleep(LOOK_EVERY_MS);
  }
}

async function ordersSince(
  { database }: BenchSession,
  lastOrder: string,
): Promise<{ acknowledged: number; all: number }> {
  const [row] = await database.db.query<{ acknowledged: string; all_orders: string }>(
    `select count(*) as all_orders, count(*) filter (where kind = 'coa' and state = 'acknowledged') as acknowledged
     from enforcements where id > $1::bigint`,
    [lastOrder],
  );
  return { acknowledged: Number(row?.acknowledged ?? 0), all: Number(row?.all_orders ?? 0) };
}

async function newestOrder({ database }: BenchSession): Promise<string> {
  const [row] = await database.db.query<{ id: string }>(
    'select coalesce(max(id), 0)::text as id from enforcements',
  );
  return row?.id ?? '0';
}
