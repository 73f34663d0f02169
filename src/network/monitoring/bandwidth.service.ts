import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf, notFound } from '../../kernel/errors.ts';
import { notConfigured } from '../connection/mikrotik-connection.ts';
import type { RouterApi } from '../enforcement/enforcement-by-api.service.ts';
import type { RouterAccess } from '../router.port.ts';
import { RouterError } from '../router-error.ts';
import { sessionQueries } from '../routeros/ppp-active.ts';
import { type MeasurableSession, measurableSessions } from './bandwidth.store.ts';
import { type BandwidthSample, meanRates, type ReportedCounters } from './bandwidth.ts';

/** Between two samples of a line that is watched. */
export const SAMPLE_EVERY_MS = 2_000;
/** Sessions whose earlier report is remembered; the oldest is forgotten. */
const rememberedMax = 10_000;

/** Measures lines: once, or every two seconds for as long as somebody watches. */
export interface Bandwidth {
  /** One sample; that of a running watch when there is one. Throws `service_not_found`. */
  sample(serviceId: string): Promise<BandwidthSample>;
  /** Calls `onSample` every two seconds until the result is called. Watchers of one line share its samples. */
  watch(serviceId: string, onSample: (sample: BandwidthSample) => void): () => void;
  /** Lines that are being watched. */
  readonly watched: number;
  /** Ends all watches. */
  stop(): void;
}

interface Watch {
  readonly listeners: Set<(sample: BandwidthSample) => void>;
  latest: BandwidthSample | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Opens the measuring of a process; nothing is asked of any router while nobody watches. */
export function openBandwidth(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly routerApi: RouterApi;
}): Bandwidth {
  const watches = new Map<string, Watch>();
  const reports = new Map<string, { earlier: ReportedCounters | undefined; latest: ReportedCounters }>();
  const take = (serviceId: string): Promise<BandwidthSample> => measure(deps, reports, serviceId);

  const tick = (serviceId: string, watch: Watch): void => {
    take(serviceId)
      .then((sample) => {
        watch.latest = sample;
        for (const listener of watch.listeners) listener(sample);
      })
      // The database is away or the service gone: the next sample says so, or comes again.
      .catch(() => {})
      .finally(() => {
        if (watch.listeners.size === 0) return;
        watch.timer = setTimeout(() => tick(serviceId, watch), SAMPLE_EVERY_MS);
        watch.timer.unref();
      });
  };

  return {
    sample: async (serviceId) => watches.get(serviceId)?.latest ?? take(serviceId),
    watch: (serviceId, onSample) => {
      const known = watches.get(serviceId);
      const watch = known ?? { listeners: new Set(), latest: undefined, timer: undefined };
      watch.listeners.add(onSample);
      watches.set(serviceId, watch);
      if (known === undefined) tick(serviceId, watch);
      else if (known.latest !== undefined) onSample(known.latest);
      return () => {
        watch.listeners.delete(onSample);
        if (watch.listeners.size > 0) return;
        clearTimeout(watch.timer);
        if (watches.get(serviceId) === watch) watches.delete(serviceId);
      };
    },
    get watched() {
      return watches.size;
    },
    stop: () => {
      for (const watch of watches.values()) {
        clearTimeout(watch.timer);
        watch.listeners.clear();
      }
      watches.clear();
    },
  };
}

type Reports = Map<string, { earlier: ReportedCounters | undefined; latest: ReportedCounters }>;

async function measure(
  deps: { readonly db: Database; readonly clock: Clock; readonly routerApi: RouterApi },
  reports: Reports,
  serviceId: string,
): Promise<BandwidthSample> {
  const sessions = await measurableSessions(deps.db, serviceId);
  if (sessions === undefined) {
    throw notFound('service_not_found', `There is no service with the id ${serviceId}.`);
  }
  const atMs = deps.clock.nowMs();
  const base = { serviceId, atMs, isOnline: sessions.length > 0 };
  if (sessions.length === 0) return { ...base, ...NOTHING, note: 'The line is not online.' };
  for (const session of sessions) remember(reports, session);
  try {
    return { ...base, ...(await onRouter(deps.routerApi, sessions)) };
  } catch (error) {
    return { ...base, ...fromReports(reports, sessions, messageOf(error)) };
  }
}

const NOTHING = { source: 'none', uploadBps: undefined, downloadBps: undefined, overS: undefined } as const;

type Rates = Pick<BandwidthSample, 'source' | 'uploadBps' | 'downloadBps' | 'overS' | 'note'>;

async function onRouter(api: RouterApi, sessions: readonly MeasurableSession[]): Promise<Rates> {
  let uploadBps = 0;
  let downloadBps = 0;
  for (const session of sessions) {
    const access = await api.accessOf(session.nasId);
    if (access === undefined) throw notConfigured('The router of this line');
    const rates = await monitor(api, access, session.username);
    uploadBps += rates.uploadBps;
    downloadBps += rates.downloadBps;
  }
  return { source: 'router', uploadBps, downloadBps, overS: undefined, note: undefined };
}

/** What the interface of a session carries: rx of the router is the subscriber's upload. */
async function monitor(
  { router }: RouterApi,
  access: RouterAccess,
  username: string,
): Promise<{ uploadBps: number; downloadBps: number }> {
  const found = await router.run(access, {
    path: '/interface/print',
    attributes: { '.proplist': 'name' },
    queries: sessionQueries(username),
  });
  const name = found.rows[0]?.name;
  if (name === undefined) {
    throw new RouterError('router_command_failed', `The router shows no interface for '${username}'.`);
  }
  const { rows } = await router.run(access, {
    path: '/interface/monitor-traffic',
    attributes: { interface: name, once: '' },
  });
  return {
    uploadBps: Number(rows[0]?.['rx-bits-per-second'] ?? 0),
    downloadBps: Number(rows[0]?.['tx-bits-per-second'] ?? 0),
  };
}

function fromReports(reports: Reports, sessions: readonly MeasurableSession[], why: string): Rates {
  const means = sessions.flatMap((session) => {
    const known = reports.get(session.id);
    const mean = known && meanRates(known.earlier, known.latest);
    return mean === undefined ? [] : [mean];
  });
  if (means.length === 0) return { ...NOTHING, note: `${why} No usage has been reported yet.` };
  return {
    source: 'accounting',
    uploadBps: means.reduce((sum, mean) => sum + mean.uploadBps, 0),
    downloadBps: means.reduce((sum, mean) => sum + mean.downloadBps, 0),
    overS: Math.max(...means.map((mean) => mean.overS)),
    note: `${why} The rate is the mean between reports of usage.`,
  };
}

function remember(reports: Reports, session: MeasurableSession): void {
  const { id, sessionTimeS, uploadOctets, downloadOctets } = session;
  const known = reports.get(id);
  if (known !== undefined && known.latest.sessionTimeS >= sessionTimeS) return;
  reports.delete(id);
  reports.set(id, { earlier: known?.latest, latest: { sessionTimeS, uploadOctets, downloadOctets } });
  const [oldest] = reports.keys();
  if (reports.size > rememberedMax && oldest !== undefined) reports.delete(oldest);
}
