import { hostname } from 'node:os';
import { openLanePool } from '../db/lane-pool.ts';
import { openListener } from '../db/listener.ts';
import type { Clock } from '../kernel/clock.ts';
import { openEnforcer } from '../network/enforcement.service.ts';
import { planService } from '../network/enforcement-planning.service.ts';
import type { ResolvedConfig } from '../platform/config/config.ts';
import { openChangeFeed } from '../platform/events/change-feed.service.ts';
import { startHealthReporter } from '../platform/health/health-reporter.service.ts';
import type { Logger } from '../platform/logger.port.ts';
import { checkAppKey } from '../platform/secrets/installation.store.ts';
import { SecretBox } from '../platform/secrets/secret-box.ts';
import { AuthLogWriter } from '../radius/auth/auth-log-writer.service.ts';
import { RejectThrottle } from '../radius/auth/reject-throttle.ts';
import { openDynauth } from '../radius/dynauth/dynauth.adapter.ts';
import { RadiusCounters } from '../radius/server/counters.ts';
import { DropNotes } from '../radius/server/drop-notes.ts';
import { openUdpServer } from '../radius/server/udp-server.ts';
import type { RunningRole } from '../supervisor/role-app.ts';
import { ensurePartitions } from '../usage/partitions.store.ts';
import { contactsOf, minuteDuties } from './radius-duties.ts';
import { buildHandlers } from './radius-handlers.ts';
import { RadiusState } from './radius-state.ts';

/** Planner switches for the accounting lanes: its generic plan must stay right while tables grow from nothing. */
const ACCOUNTING_PLAN = {
  plan_cache_mode: 'force_generic_plan',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
};

/** Starts the RADIUS role: memory first, then the sockets. */
export async function startRadiusRole(
  config: ResolvedConfig,
  logger: Logger,
  clock: Clock,
): Promise<RunningRole> {
  const url = config.databaseUrl;
  const box = new SecretBox(Buffer.from(config.appKey));
  const db = openLanePool({ url, lanes: 3, name: 'netflow-radius' });
  const accountingDb = openLanePool({ url, lanes: 2, name: 'netflow-accounting', settings: ACCOUNTING_PLAN });
  const logDb = openLanePool({ url, lanes: 1, name: 'netflow-auth-log' });
  await checkAppKey(db, box);
  await ensurePartitions(db);

  const counters = new RadiusCounters();
  const dropNotes = new DropNotes(logger);
  const throttle = new RejectThrottle({ delayAfter: 3, delayMs: 200 });
  const state = new RadiusState({ db, box, clock, logger, throttle });
  const authLog = new AuthLogWriter({
    db: logDb,
    logger,
    onLost: (lines) => (counters.authLogLost += lines),
  });
  const host = hostname();
  const health = startHealthReporter({
    db,
    logger,
    role: 'radius',
    host,
    pid: process.pid,
    startedAt: new Date(clock.nowMs()),
    counters: () => ({
      ...counters.snapshot(),
      subscribers: state.directory.size,
      open_sessions: state.sessions.openCount,
      accounting_queue: handlers.batcher.queueLength,
      accounting_batches: handlers.batcher.batchCount,
    }),
    beside: () => contactsOf(db, host, state.nasDirectory),
  });
  const wallChoices = () => state.loader.policy;
  const handlers = buildHandlers({
    db,
    accountingDb,
    box,
    clock,
    logger,
    state,
    counters,
    dropNotes,
    throttle,
    authLog,
    health,
    replan: (serviceId) => {
      const trigger = { isDisconnectRequested: false, isSpeedChanged: true };
      db.transaction((tx) =>
        planService(tx, { serviceId, trigger, choices: wallChoices(), nowMs: clock.nowMs() }),
      ).catch((error: unknown) =>
        logger.warn({ event: 'radius.replan_failed', service_id: serviceId, err: error }),
      );
    },
  });
  const feed = await openChangeFeed({
    db,
    logger,
    resync: () => state.loadAll(handlers.batcher),
    apply: (changes) => state.apply(changes, handlers.batcher, health.instance),
  });
  const dynauth = openDynauth();
  const enforcer = openEnforcer({
    db,
    box,
    dynauth,
    logger,
    clock,
    host,
    wallChoices,
    bindAddresses: config.radiusHosts,
  });
  const listener = openListener({
    url,
    channel: 'netflow_changes',
    onNotify: (payload) =>
      payload === 'enforcement' ? enforcer.wake() : payload === 'outbox' ? undefined : feed.wake(),
    onConnected: () => feed.reconnected(),
  });
  const onError = (error: unknown) => logger.error({ event: 'radius.socket_error', err: error });
  const listen = (port: number, variable: string, onDatagram: typeof handlers.onAuthDatagram) =>
    openUdpServer({ hosts: config.radiusHosts, port, variable, onDatagram, onError });
  const auth = await listen(config.radiusAuthPort, 'RADIUS_AUTH_PORT', handlers.onAuthDatagram);
  const acct = await listen(config.radiusAcctPort, 'RADIUS_ACCT_PORT', handlers.onAcctDatagram);
  const stopDuties = minuteDuties({ clock, dropNotes, authLog, db, logger });

  return {
    describe: [
      `authentication on UDP ${auth.addresses.join(', ')}`,
      `accounting on UDP ${acct.addresses.join(', ')}`,
      `${state.directory.size} subscribers, ${state.sessions.openCount} open sessions in memory`,
    ],
    stop: async () => {
      // Nothing new is read from here on; what was read is finished, answered and written.
      state.isReady = false;
      handlers.delayed.flush();
      await handlers.batcher.stop();
      await Promise.all([auth.close(), acct.close()]);
      stopDuties();
      await Promise.all([enforcer.stop(), feed.stop(), listener.close(), authLog.stop(), health.stop()]);
      await dynauth.close();
      await Promise.all([db.close(), accountingDb.close(), logDb.close()]);
    },
  };
}
