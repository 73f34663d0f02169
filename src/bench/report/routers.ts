import type { TakenOrders } from '../fleet/fleet-messages.ts';
import { seconds } from './units.ts';
import { fault, speed, type Verdict } from './verdict.ts';

/** Looks at routers by their API in a stretch of time. */
export interface PollingResult {
  readonly routers: number;
  readonly intervalS: number;
  readonly seconds: number;
  /** Routers that were looked at and answered since they are known. */
  readonly answered: number;
  /** Looks in the stretch, and those that failed. */
  readonly looks: number;
  readonly failed: number;
  /** Between two looks at one router. */
  readonly longestGapS: number;
  /** Of a core: the process that looks, and the database for everybody. */
  readonly workerShare: number;
  readonly databaseShare: number | null;
}

/** All live sessions compared with the data while nothing differs. */
export interface ReconcileResult {
  /** Open sessions of services, and those whose login the product saw. */
  readonly sessions: number;
  readonly known: number;
  readonly compared: number;
  readonly orders: number;
  /** The slowest of the runs. */
  readonly ms: number;
}

/** One package edit that changes the speed of many live sessions. */
export interface MassChangeResult {
  readonly sessions: number;
  readonly routers: number;
  readonly perSecondMax: number;
  /** From the commit until the last order was acknowledged. */
  readonly ms: number;
  /** Processor time per order, which says more than the time on a busy machine. */
  readonly cpuMs: { readonly worker: number; readonly radius: number; readonly database: number | null };
  readonly acknowledged: number;
  /** Orders of any other kind or outcome. */
  readonly otherOrders: number;
  /** As the routers saw them. */
  readonly taken: TakenOrders;
  /** Sessions that run at the new rate on their router. */
  readonly atNewRate: number;
}

/** What the suite `routers` found. */
export interface RoutersResult {
  readonly polling: PollingResult;
  readonly reconcile: ReconcileResult;
  readonly massChange: MassChangeResult;
}

const POLLING_SHARE_MAX = 0.15;
const RECONCILE = { sessions: 20_000, ms: 10_000 } as const;
const MASS_CHANGE_MS = 10_000;
/** A turn comes up to a tenth late, and is looked for every second. */
const GAP_FACTOR = 1.1;
const GAP_SLACK_S = 2;
/** Timers of Node let orders that were a pace apart arrive a little closer. */
const PACE_SLACK = 1.1;

/** The lines of the summary about routers. */
export function routersLines(result: RoutersResult | null): string[] {
  if (result === null) return [];
  const { polling, reconcile, massChange } = result;
  const database =
    polling.databaseShare === null ? '' : `, the database ${percent(polling.databaseShare)} for everything`;
  const { taken } = massChange;
  return [
    `${polling.routers} routers looked at every ${polling.intervalS} s for ${polling.seconds.toFixed(0)} s: ${polling.looks} looks, ${polling.failed} failed, ` +
      `longest gap ${polling.longestGapS.toFixed(1)} s; the worker took ${percent(polling.workerShare)} of a core${database}`,
    `reconcile of ${reconcile.sessions} sessions without drift: ${seconds(reconcile.ms)}, ${reconcile.orders} orders`,
    `mass change: ${massChange.sessions} sessions on ${massChange.routers} routers at a new speed after ${seconds(massChange.ms)}, ` +
      `${taken.coa} CoA, ${taken.disconnects} Disconnects, at most ${taken.busiestSecond} datagrams to a router in a second; processor time per order: ${cpuText(massChange)}`,
  ];
}

/** What is right or wrong about routers, however fast it is. */
export function routersFaults(result: RoutersResult | null): Verdict[] {
  if (result === null) return [];
  const { polling, reconcile, massChange } = result;
  const { taken } = massChange;
  return [
    fault(
      'every router is looked at, and no look fails',
      `${polling.answered} of ${polling.routers}, ${polling.failed} failed`,
      polling.answered === polling.routers && polling.failed === 0,
    ),
    fault(
      'reconcile knows every session and orders nothing without need',
      `${reconcile.known} of ${reconcile.sessions} known, ${reconcile.orders} orders`,
      reconcile.known === reconcile.sessions &&
        reconcile.compared === reconcile.sessions &&
        reconcile.orders === 0,
    ),
    fault(
      'a mass change gives every session its new speed, by one CoA each',
      `${massChange.atNewRate} of ${massChange.sessions}, ${taken.coa} CoA, ${taken.disconnects + massChange.otherOrders} others`,
      massChange.atNewRate === massChange.sessions &&
        massChange.acknowledged === massChange.sessions &&
        taken.coa === massChange.sessions &&
        taken.disconnects + massChange.otherOrders === 0,
    ),
  ];
}

/** How fast it has to be. */
export function routersSpeeds(result: RoutersResult | null): Verdict[] {
  if (result === null) return [];
  const { polling, reconcile, massChange } = result;
  const gapMaxS = polling.intervalS * GAP_FACTOR + GAP_SLACK_S;
  const perSecondMax = Math.ceil(massChange.perSecondMax * PACE_SLACK);
  const verdicts = [
    speed(
      `looking at ${polling.routers} routers every ${polling.intervalS} s takes below ${percent(POLLING_SHARE_MAX)} of a core`,
      `${percent(polling.workerShare)}, longest gap ${polling.longestGapS.toFixed(1)} s`,
      polling.workerShare < POLLING_SHARE_MAX && polling.longestGapS <= gapMaxS,
    ),
    speed(
      `a mass change of ${massChange.sessions} sessions within ${MASS_CHANGE_MS / 1000} s, at most ${massChange.perSecondMax}/s to a router`,
      `${seconds(massChange.ms)}, ${massChange.taken.busiestSecond}/s`,
      massChange.ms <= MASS_CHANGE_MS && massChange.taken.busiestSecond <= perSecondMax,
    ),
  ];
  if (reconcile.sessions < RECONCILE.sessions) return verdicts;
  return [
    ...verdicts,
    speed(
      `reconcile of ${RECONCILE.sessions} sessions without drift within ${RECONCILE.ms / 1000} s`,
      seconds(reconcile.ms),
      reconcile.ms <= RECONCILE.ms,
    ),
  ];
}

function cpuText({ cpuMs }: MassChangeResult): string {
  const { worker, radius, database } = cpuMs;
  const rest = database === null ? '' : `, database ${database.toFixed(1)}`;
  return `worker ${worker.toFixed(1)}, radius ${radius.toFixed(1)}${rest} ms`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
