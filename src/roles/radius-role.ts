import { hostname } from 'node:os';
import type { Database } from '../db/database.ts';
import { openLanePool } from '../db/lane-pool.ts';
import { openListener } from '../db/listener.ts';
import type { Clock } from '../kernel/clock.ts';
import { findAccess } from '../network/connection/mikrotik-connection.service.ts';
import { openEnforcer } from '../network/enforcement/enforcement.service.ts';
import { planService } from '../network/enforcement/enforcement-planning.service.ts';
import type { ResolvedConfig } from '../platform/config/config.ts';
import { type ChangeFeed, openChangeFeed } from '../platform/events/change-feed.service.ts';
import { startHealthReporter } from '../platform/health/health-reporter.service.ts';
import type { Logger } from '../platform/logger.port.ts';
import { checkAppKey } from '../platform/secrets/installation.store.ts';
import { SecretBox } from '../platform/secrets/secret-box.ts';
import {
  openBusinessClock,
  type RunningBusinessClock,
} from '../platform/test-clock/business-clock.service.ts';
import { LIMITS } from '../radius/accounting/batcher.service.ts';
import { QuotaWatch } from '../radius/accounting/quota-watch.service.ts';
import { AuthLogWriter } from '../radius/auth/auth-log-writer.service.ts';
import { RejectThrottle } from '../radius/auth/reject-throttle.ts';
import { openDynauth } from '../radius/dynauth/dynauth.adapter.ts';
import { RadiusCounters } from '../radius/server/counters.ts';
import { DropNotes } from '../radius/server/drop-notes.ts';
import { openUdpServer } from '../radius/server/udp-server.ts';
import type { RunningRole } from '../supervisor/role-app.ts';
import { ensurePartitions } from '../usage/partitions.store.ts';
import { contactsOf, minuteDuties } from './radius-duties.ts';
import { buildHandlers, type RadiusHandlers } from './radius-handlers.ts';
import { RadiusState } from './radius-state.ts';
import { openRouterDriver } from './router-driver.ts';

/** Planner switches for the accounting lanes: its generic plan must stay right while tables grow from nothing. */
const ACCOUNTING_PLAN = {
  plan_cache_mode: 'force_generic_plan',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
};

/** Connections of the RADIUS role: logins' data, accounting and the log never wait for each other. */
interface RadiusDatabases {
  readonly db: Database;
  readonly accountingDb: Database;
  readonly logDb: Database;
}

/** Starts the RADIUS role: memory first, then the sockets. */
export async function startRadiusRole(
  config: ResolvedConfig,
  logger: Logger,
  clock: Clock,
): Promise<RunningRole> {
  const box = new SecretBox(Buffer.from(config.appKey));
  const databases = openDatabases(config.databaseUrl);
  const { db } = databases;
  await checkAppKey(db, box);
  await ensurePartitions(db);
  const business = await openBusinessClock({
    db,
    real: clock,
    isTestClock: config.testClock,
    logger,
    prepare: () => feed.reread(),
    onTaken: () => core.health.tell(),
  });
  const core = buildCore({ databases, box, clock, business, logger });
  const feed = await openChangeFeed({
    db,
    logger,
    resync: () => core.state.loadAll(core.handlers.batcher),
    apply: (changes) => core.state.apply(changes, core.handlers.batcher, core.health.instance),
  });
  const stopEnforcing = startEnforcing({ config, db, box, clock, business, logger, core, feed });
  const { auth, acct } = await openPorts(config, logger, core.handlers);
  const { authLog, dropNotes } = core;
  const stopDuties = minuteDuties({ clock, dropNotes, authLog, db, logger });
  return {
    describe: [
      `authentication on UDP ${auth.addresses.join(', ')}`,
      `accounting on UDP ${acct.addresses.join(', ')}`,
      `${core.state.directory.size} subscribers, ${core.state.sessions.openCount} open sessions in memory`,
    ],
    stop: async () => {
      // Nothing new is read from here on; what was read is finished, answered and written.
      core.state.isReady = false;
      core.handlers.delayed.flush();
      await core.handlers.batcher.stop();
      await core.quotaWatch.stop();
      await Promise.all([auth.close(), acct.close()]);
      await core.handlers.stopShadow();
      stopDuties();
      await Promise.all([stopEnforcing(), feed.stop(), business.stop(), authLog.stop(), core.health.stop()]);
      await Promise.all(Object.values(databases).map((each) => each.close()));
    },
  };
}

function openDatabases(url: string): RadiusDatabases {
  return {
    db: openLanePool({ url, lanes: 3, name: 'netflow-radius' }),
    accountingDb: openLanePool({
      url,
      lanes: LIMITS.lanes,
      name: 'netflow-accounting',
      settings: ACCOUNTING_PLAN,
    }),
    logDb: openLanePool({ url, lanes: 1, name: 'netflow-auth-log' }),
  };
}

/** State, health and handlers: everything between the sockets and the database. */
function buildCore(parts: {
  databases: RadiusDatabases;
  box: SecretBox;
  clock: Clock;
  business: RunningBusinessClock;
  logger: Logger;
}) {
  const { databases, box, clock, business, logger } = parts;
  const { db, accountingDb, logDb } = databases;
  const counters = new RadiusCounters();
  const dropNotes = new DropNotes(logger);
  const throttle = new RejectThrottle({ delayAfter: 3, delayMs: 200 });
  const state = new RadiusState({ db, box, clock: business.clock, logger, throttle });
  const onLost = (lines: number) => {
    counters.authLogLost += lines;
  };
  const authLog = new AuthLogWriter({ db: logDb, logger, onLost });
  const health = startHealthReporter({
    db,
    logger,
    role: 'radius',
    host: hostname(),
    pid: process.pid,
    startedAt: new Date(clock.nowMs()),
    counters: () => ({
      ...counters.snapshot(),
      ...business.counters(),
      subscribers: state.directory.size,
      open_sessions: state.sessions.openCount,
      accounting_queue: handlers.batcher.queueLength,
      accounting_batches: handlers.batcher.batchCount,
    }),
    beside: () => contactsOf(db, hostname(), state.nasDirectory),
  });
  const replan = replanner({ db, clock: business.clock, logger, state });
  const quotaWatch = new QuotaWatch({
    deps: { db, clock: business.clock },
    logger,
    reload: (serviceId) => state.loader.reloadServices([serviceId]),
  });
  const shared = {
    db,
    accountingDb,
    box,
    clock,
    businessClock: business.clock,
    logger,
    state,
    counters,
    dropNotes,
    throttle,
    authLog,
    health,
    quotaWatch,
  };
  const handlers = buildHandlers({ ...shared, replan });
  return { state, authLog, dropNotes, health, handlers, quotaWatch };
}

/** Makes the network match a service whose session began under terms that have changed meanwhile. */
function replanner(parts: { db: Database; clock: Clock; logger: Logger; state: RadiusState }) {
  const { db, clock, logger, state } = parts;
  const trigger = { isDisconnectRequested: false, isSpeedChanged: true };
  return (serviceId: string): void => {
    const order = { serviceId, trigger, choices: state.loader.policy, nowMs: clock.nowMs() };
    db.transaction((tx) => planService(tx, order)).catch((error: unknown) =>
      logger.warn({ event: 'radius.replan_failed', service_id: serviceId, err: error }),
    );
  };
}

/** Sends CoA and Disconnect, and listens for what wakes this role. Returns how to stop. */
function startEnforcing(parts: {
  config: ResolvedConfig;
  db: Database;
  box: SecretBox;
  clock: Clock;
  business: RunningBusinessClock;
  logger: Logger;
  core: ReturnType<typeof buildCore>;
  feed: ChangeFeed;
}): () => Promise<void> {
  const { config, db, box, clock, business, logger, core, feed } = parts;
  const dynauth = openDynauth();
  const router = openRouterDriver({ db, clock, logger });
  const enforcer = openEnforcer({
    db,
    box,
    dynauth,
    logger,
    clock: business.clock,
    host: hostname(),
    wallChoices: () => core.state.loader.policy,
    routerApi: { router, accessOf: (nasId) => findAccess({ db, box }, nasId) },
    bindAddresses: config.radiusHosts,
  });
  const listener = openListener({
    url: config.databaseUrl,
    channel: 'netflow_changes',
    onNotify: (payload) => {
      if (payload === 'enforcement') enforcer.wake();
      else if (payload === 'clock') business.wake();
      else if (payload !== 'outbox') feed.wake();
    },
    onConnected: () => feed.reconnected(),
  });
  return async () => {
    await Promise.all([enforcer.stop(), listener.close()]);
    await Promise.all([dynauth.close(), router.close()]);
  };
}

/** Some 1,300 logins and 2,700 reports at most wait to be read: a tenth of a second of work on two processors. */
const RECEIVE_BUFFER_OCTETS = { auth: 512 * 1024, acct: 1024 * 1024 } as const;

async function openPorts(config: ResolvedConfig, logger: Logger, handlers: RadiusHandlers) {
  const onError = (error: unknown) => logger.error({ event: 'radius.socket_error', err: error });
  const hosts = config.radiusHosts;
  const auth = await openUdpServer({
    hosts,
    port: config.radiusAuthPort,
    variable: 'RADIUS_AUTH_PORT',
    receiveBufferOctets: RECEIVE_BUFFER_OCTETS.auth,
    onDatagram: handlers.onAuthDatagram,
    onError,
  });
  const acct = await openUdpServer({
    hosts,
    port: config.radiusAcctPort,
    variable: 'RADIUS_ACCT_PORT',
    receiveBufferOctets: RECEIVE_BUFFER_OCTETS.acct,
    onDatagram: handlers.onAcctDatagram,
    onError,
  });
  return { auth, acct };
}
