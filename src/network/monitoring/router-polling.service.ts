import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf, notFound } from '../../kernel/errors.ts';
import type { Poller } from '../../platform/events/poller.service.ts';
import { startWorkPool } from '../../platform/events/work-pool.service.ts';
import type { Logger } from '../../platform/logger.port.ts';
import type { RouterApi } from '../enforcement/enforcement-by-api.service.ts';
import { INTERIM_DEFAULT_S } from '../enforcement/unheeded.service.ts';
import type { RouterAccess, RouterPort, RouterRow, RunCommand } from '../router.port.ts';
import { withoutRates, withRates } from './interface-rates.ts';
import {
  type DueRouter,
  type HealthSample,
  listHealthSamples,
  listRouterHealth,
  pruneHealthSamples,
  type RouterHealth,
  recordLook,
  takeDueRouters,
} from './router-health.store.ts';
import { accountingWarning, judgeRouter, type RouterLook, radiusWarning } from './router-health.ts';
import { routerLook } from './router-look.ts';

/** What the polling works with. */
export interface PollingOptions {
  readonly db: Database;
  readonly routerApi: RouterApi;
  readonly logger: Logger;
  /** The machine's clock. */
  readonly clock: Clock;
}

/** What the set-up script marks its entries with. */
const COMMENT = 'netflow-isp';
const pollMs = 1_000;
/** Routers looked at at the same time. */
const concurrencyMax = 16;
const stopGraceMs = 2_000;

/** Looks at each router at its interval. Any number of hosts may; each turn is taken by one. */
export function openRouterPolling(options: PollingOptions): Poller {
  const { db, logger } = options;
  return startWorkPool<DueRouter>({
    pollMs,
    places: concurrencyMax,
    take: (free, busy) => takeDueRouters(db, { limit: free, except: [...busy.keys()] }),
    keyOf: ({ nasId }) => nasId,
    work: (router) => lookAt(options, router),
    onError: (err) => logger.warn({ event: 'network.router_polling_failed', err }),
    stopGraceMs,
  });
}

async function lookAt({ db, routerApi, logger, clock }: PollingOptions, due: DueRouter): Promise<void> {
  let look: RouterLook | undefined;
  let failure: string | undefined;
  const takenMs = clock.monotonicMs();
  try {
    const access = await routerApi.accessOf(due.nasId);
    if (access === undefined) return;
    const read = await readLook(routerApi.router, access, { clock, hasTunnel: due.hasTunnel });
    const sinceTakenS = (clock.monotonicMs() - takenMs) / 1_000;
    const earlier = due.earlier && { ...due.earlier, overS: due.earlier.overS + sinceTakenS };
    look = { ...read, interfaces: withRates(read.interfaces, earlier, read.uptimeS) };
  } catch (error) {
    failure = messageOf(error);
  }
  const { state, reason } = judgeRouter({ look, failure, radiusSilentS: due.radiusSilentS });
  await recordLook(db, due.nasId, { state, reason, look });
  if (state === due.state) return;
  const fields = {
    event: 'network.router_state_changed',
    nas_id: due.nasId,
    from: due.state,
    to: state,
    reason,
  };
  if (state === 'up') logger.info(fields);
  else logger.warn(fields);
}

/** A few reads; the latency is that of the first. Ports that sessions made are left out: there may be thousands. */
function readLook(
  router: RouterPort,
  access: RouterAccess,
  { clock, hasTunnel }: { readonly clock: Clock; readonly hasTunnel: boolean },
): Promise<RouterLook> {
  return router.on(access, async (run) => {
    const startedMs = clock.monotonicMs();
    const identity = await run({ path: '/system/identity/print' });
    const latencyMs = Math.round(clock.monotonicMs() - startedMs);
    const [resource, active, interfaces, radius, tunnel] = await Promise.all([
      run({ path: '/system/resource/print' }),
      run({ path: '/ppp/active/print', attributes: { 'count-only': '' } }),
      run({
        path: '/interface/print',
        attributes: { '.proplist': 'name,type,running,rx-byte,tx-byte' },
        queries: ['dynamic=true', '#!'],
      }),
      readRadiusCounters(run),
      hasTunnel
        ? run({ path: '/interface/wireguard/peers/print', queries: [`comment=${COMMENT}`] })
        : undefined,
    ]);
    return routerLook({
      identity: identity.rows[0],
      resource: resource.rows[0],
      active: active.ret,
      interfaces: interfaces.rows,
      latencyMs,
      radius,
      tunnelPeer: tunnel?.rows[0],
    });
  });
}

/** Of the entry that the set-up script made; undefined where there is none. */
async function readRadiusCounters(run: RunCommand): Promise<RouterRow | undefined> {
  const attributes = { '.proplist': '.id' };
  const { rows } = await run({ path: '/radius/print', attributes, queries: [`comment=${COMMENT}`] });
  const id = rows[0]?.['.id'];
  if (id === undefined) return undefined;
  return (await run({ path: '/radius/monitor', attributes: { '.id': id, once: '' } })).rows[0];
}

/** A router's health, with a warning when something about RADIUS is wrong. */
export interface RouterHealthView extends RouterHealth {
  readonly warning: string | undefined;
}

/** The health of every router. */
export async function readRoutersHealth(db: Database): Promise<RouterHealthView[]> {
  return (await listRouterHealth(db)).map(withWarning);
}

/** The health of one router and its past hours. Throws `nas_not_found`. */
export async function readRouterHealth(
  db: Database,
  input: { readonly nasId: string; readonly since: Date },
): Promise<{ readonly health: RouterHealthView; readonly samples: readonly HealthSample[] }> {
  const [health] = await listRouterHealth(db, input.nasId);
  if (health === undefined) throw notFound('nas_not_found', `There is no router with the id ${input.nasId}.`);
  return {
    health: withWarning(health),
    samples: await listHealthSamples(db, { ...input, limit: samplesMax }),
  };
}

const samplesMax = 5_000;
const keptDays = 30;

/** Forgets looks older than a month; returns how many. */
export function forgetOldLooks(db: Database): Promise<number> {
  return pruneHealthSamples(db, keptDays);
}

function withWarning(health: RouterHealth): RouterHealthView {
  const { authSilentS, acctSilentS, interimIntervalS = INTERIM_DEFAULT_S, radius, state } = health;
  const warning = radiusWarning(radius) ?? accountingWarning({ authSilentS, acctSilentS, interimIntervalS });
  const answers = state === 'up' || state === 'busy';
  return { ...health, warning, interfaces: answers ? health.interfaces : withoutRates(health.interfaces) };
}
