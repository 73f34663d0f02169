import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { liveRoles, type RoleHealth } from '../platform/health/role-health.store.ts';
import type { Logger } from '../platform/logger.port.ts';
import { readSettings } from '../platform/settings/setting.store.ts';
import { readLogTail } from './log-tail.store.ts';
import { percentileUs, RateHistory } from './rate-history.ts';
import { DATABASE_UNREACHABLE, readinessOf } from './readiness.ts';
import { radiusReportOf } from './role-counters.ts';
import {
  readFailedJobs,
  readInventory,
  readRouters,
  readSessionCounts,
  readUnansweredOrders,
} from './system-status.store.ts';
import type { Readiness, StoredFacts, SystemStatus, Traffic } from './system-status.ts';
import { refusalsOf, troublesOf } from './troubles.ts';

/** Tells the state of the whole system, whichever hosts it runs on. */
export interface StatusReporter {
  /** Never rejects: a database that does not answer is part of the state. */
  status(): Promise<SystemStatus>;
  readiness(): Promise<Readiness>;
  stop(): Promise<void>;
}

const sampleDefaultMs = 2_000;
/** However many look, the database is asked this seldom. */
const statusTtlMs = 1_000;
const logTailS = 600;
const reportWaitMs = 10_000;
/** A database that takes longer counts as away: nobody waits at a page, and a load balancer has its own patience. */
const answerMaxMs = 2_000;
const minuteMs = 60_000;
const seriesSteps = { count: 60, stepMs: 10_000 };

/** Starts taking samples of what the roles count. */
export function openStatusReporter(options: {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** As often as roles report; default 2 s. */
  readonly sampleEveryMs?: number;
}): StatusReporter {
  const reporter = new SamplingReporter(options);
  reporter.start(options.sampleEveryMs ?? sampleDefaultMs);
  return reporter;
}

class SamplingReporter implements StatusReporter {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #history = new RateHistory();
  #timer: NodeJS.Timeout | undefined;
  #sampling: Promise<void> | undefined;
  #latencyBoundsUs: readonly number[] = [];
  #cached: { readonly untilMs: number; readonly status: Promise<SystemStatus> } | undefined;
  /** Since when the database answers; roles have their time to report after that. */
  #upSinceMs: number | undefined;

  constructor(options: { readonly db: Database; readonly clock: Clock; readonly logger: Logger }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  start(sampleEveryMs: number): void {
    const sample = (): void => {
      this.#sampling ??= this.#sample().finally(() => {
        this.#sampling = undefined;
      });
    };
    sample();
    this.#timer = setInterval(sample, sampleEveryMs);
  }

  status(): Promise<SystemStatus> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#cached === undefined || nowMs >= this.#cached.untilMs) {
      this.#cached = { untilMs: nowMs + statusTtlMs, status: this.#read() };
    }
    return this.#cached.status;
  }

  async readiness(): Promise<Readiness> {
    try {
      return readinessOf(await inTime(liveRoles(this.#db)));
    } catch {
      return DATABASE_UNREACHABLE;
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sampling;
    await this.#cached?.status;
  }

  async #sample(): Promise<void> {
    try {
      this.#takeIn(await liveRoles(this.#db));
      this.#noteDatabase(undefined);
    } catch (error) {
      this.#noteDatabase(error);
    }
  }

  #takeIn(roles: readonly RoleHealth[]): void {
    const reports = roles
      .filter(({ role }) => role === 'radius')
      .map(({ instance, startedAt, counters }) => {
        const { counts, latencyBoundsUs } = radiusReportOf(counters);
        if (latencyBoundsUs.length > 0) this.#latencyBoundsUs = latencyBoundsUs;
        return { instance, startedAtMs: startedAt.getTime(), counts };
      });
    this.#history.take(reports, this.#clock.nowMs());
  }

  #noteDatabase(error: unknown): void {
    if (error === undefined) {
      if (this.#upSinceMs === undefined) this.#logger.info({ event: 'reports.database_answers' });
      this.#upSinceMs ??= this.#clock.monotonicMs();
    } else {
      if (this.#upSinceMs !== undefined) this.#logger.warn({ event: 'reports.database_away', err: error });
      this.#upSinceMs = undefined;
    }
  }

  /** How many of the roles are of that kind; none is a finding only after all had the time to report. */
  #hosts(roles: readonly RoleHealth[], wanted: string): number | undefined {
    const count = roles.filter(({ role }) => role === wanted).length;
    const sinceMs = this.#upSinceMs ?? this.#clock.monotonicMs();
    return count === 0 && this.#clock.monotonicMs() - sinceMs < reportWaitMs ? undefined : count;
  }

  async #read(): Promise<SystemStatus> {
    const atMs = this.#clock.nowMs();
    const askedMs = this.#clock.monotonicMs();
    try {
      const roles = await inTime(liveRoles(this.#db));
      this.#noteDatabase(undefined);
      const answerMs = this.#clock.monotonicMs() - askedMs;
      return await inTime(this.#complete(roles, atMs, answerMs));
    } catch (error) {
      this.#noteDatabase(error);
      return {
        atMs,
        database: { isUp: false, answerMs: undefined },
        radiusHosts: undefined,
        workerHosts: undefined,
        traffic: undefined,
        accountingQueue: undefined,
        stored: undefined,
        refusals: [],
        troubles: [{ code: 'database_down' }],
      };
    }
  }

  async #complete(roles: readonly RoleHealth[], atMs: number, answerMs: number): Promise<SystemStatus> {
    const radius = roles.filter(({ role }) => role === 'radius');
    const radiusHosts = this.#hosts(roles, 'radius');
    const workerHosts = this.#hosts(roles, 'worker');
    const [stored, logTail, unansweredOrders, failedJobs] = await Promise.all([
      readStored(this.#db),
      readLogTail(this.#db, logTailS),
      readUnansweredOrders(this.#db),
      readFailedJobs(this.#db),
    ]);
    const { routers } = stored;
    return {
      atMs,
      database: { isUp: true, answerMs },
      radiusHosts,
      workerHosts,
      traffic: radius.length === 0 ? undefined : this.#traffic(atMs),
      accountingQueue: radius.reduce(
        (sum, { counters }) => sum + radiusReportOf(counters).accountingQueue,
        0,
      ),
      stored,
      refusals: refusalsOf(logTail),
      troubles: troublesOf({
        radiusHosts,
        workerHosts,
        routers,
        logTail,
        unansweredOrders,
        failedJobs,
        overloadDrops: this.#overloadDrops(atMs),
        nowMs: atMs,
      }),
    };
  }

  /** What was dropped while the database was away says nothing about its speed. */
  #overloadDrops(nowMs: number): number {
    const upMs = this.#clock.monotonicMs() - (this.#upSinceMs ?? this.#clock.monotonicMs());
    if (upMs < minuteMs + reportWaitMs) return 0;
    const minute = this.#history.last(minuteMs, nowMs);
    return minute.count('drop.overload') + minute.count('drop.stale');
  }

  #traffic(nowMs: number): Traffic | undefined {
    const minute = this.#history.last(minuteMs, nowMs);
    if (minute.seconds === 0) return undefined;
    const buckets = [...this.#latencyBoundsUs, 'over'].map((bound) => minute.count(`latency.${bound}`));
    return {
      acceptsPerS: minute.count('accepts') / minute.seconds,
      rejectsPerS: minute.count('rejects') / minute.seconds,
      accountingPerS: minute.count('accounting') / minute.seconds,
      acceptsLastMinute: minute.count('accepts'),
      rejectsLastMinute: minute.count('rejects'),
      loginP95Us: percentileUs({ boundsUs: this.#latencyBoundsUs, counts: buckets }, 0.95),
      acceptSeries: this.#history.series(['accepts'], seriesSteps, nowMs),
      rejectSeries: this.#history.series(['rejects'], seriesSteps, nowMs),
      accountingSeries: this.#history.series(['accounting'], seriesSteps, nowMs),
    };
  }
}

async function readStored(db: Database): Promise<StoredFacts> {
  const [settings, inventory, counts, routers] = await Promise.all([
    readSettings(db),
    readInventory(db),
    readSessionCounts(db),
    readRouters(db),
  ]);
  return {
    timeZone: settings.isp_timezone,
    subscribers: inventory.subscribers,
    sessions: counts.sessions,
    uncertainSessions: counts.uncertain,
    routers,
    setup: {
      hasRouter: routers.length > 0,
      hasPlan: inventory.hasPlan,
      hasService: inventory.hasService,
      hasLogin: routers.some(({ lastLoginAtMs }) => lastLoginAtMs !== undefined),
      hasAccounting: routers.some(({ lastAccountingAtMs }) => lastAccountingAtMs !== undefined),
    },
  };
}

/** The outcome of a question, or a rejection when it takes too long; a late failure is nobody's any more. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${answerMaxMs} ms.`)), answerMaxMs);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
