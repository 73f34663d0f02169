import { hostname } from 'node:os';
import type { Database } from '../db/database.ts';
import { openLanePool } from '../db/lane-pool.ts';
import { type Listener, openListener } from '../db/listener.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Provisioner } from '../network/provisioning/provisioner.service.ts';
import type { ResolvedConfig } from '../platform/config/config.ts';
import { type Dispatcher, openDispatcher } from '../platform/events/dispatcher.service.ts';
import { startHealthReporter } from '../platform/health/health-reporter.service.ts';
import type { Logger } from '../platform/logger.port.ts';
import { JobRunner } from '../platform/scheduler/runner.ts';
import { Scheduler, type Timetable } from '../platform/scheduler/scheduler.ts';
import { checkAppKey } from '../platform/secrets/installation.store.ts';
import { SecretBox } from '../platform/secrets/secret-box.ts';
import { readSettings } from '../platform/settings/setting.store.ts';
import type { Settings } from '../platform/settings/setting.ts';
import {
  openBusinessClock,
  type RunningBusinessClock,
} from '../platform/test-clock/business-clock.service.ts';
import { openWebhookDeliverer } from '../platform/webhooks/webhook-deliverer.service.ts';
import { openWebhookSender } from '../platform/webhooks/webhook-sender.adapter.ts';
import type { RunningRole } from '../supervisor/role-app.ts';
import { workerHandlers } from './worker-handlers.ts';
import { workerJobs } from './worker-jobs.ts';
import { openWorkerRouters } from './worker-routers.ts';

/** The worker role: delivers events to their handlers and runs jobs on their schedules. Any number of hosts may. */
export async function startWorkerRole(
  config: ResolvedConfig,
  logger: Logger,
  clock: Clock,
): Promise<RunningRole> {
  const url = config.databaseUrl;
  const db = openLanePool({ url, lanes: 4, name: 'netflow-worker' });
  const box = new SecretBox(Buffer.from(config.appKey));
  await checkAppKey(db, box);
  let settings = await readSettings(db);
  const business = await openBusinessClock({
    db,
    real: clock,
    isTestClock: config.testClock,
    logger,
    onTaken: () => health.tell(),
  });
  const health = startHealthReporter({
    db,
    logger,
    role: 'worker',
    host: hostname(),
    pid: process.pid,
    startedAt: new Date(clock.nowMs()),
    counters: () => ({
      jobs_done: runner.doneCount,
      jobs_failed: runner.failedCount,
      jobs_running: runner.running,
      ...business.counters(),
    }),
  });
  const runner = new JobRunner({ db, logger, clock, runner: health.instance });
  const scheduler = new Scheduler({
    db,
    runner,
    jobs: workerJobs({
      db,
      clock,
      businessClock: business.clock,
      logger,
      interimDefaultS: () => settings.radius_interim_interval_s,
    }),
    logger,
    clock,
    ...timetableOf(settings),
    isTestClock: config.testClock,
  });
  const allowsPrivate = async () => settings.webhooks_allow_private;
  const { dispatcher, webhooks } = startTelling({ db, box, clock, business, logger, allowsPrivate });
  const network = openWorkerRouters({ db, box, clock, businessClock: business.clock, logger });
  const reread = async (): Promise<void> => {
    const fresh = await readSettings(db);
    const timetable = timetableOf(fresh);
    if (JSON.stringify(timetable) !== JSON.stringify(timetableOf(settings)))
      scheduler.setTimetable(timetable);
    settings = fresh;
  };
  const listener = listen(url, { reread, dispatcher, provisioner: network.provisioner, business, logger });
  return {
    describe: [],
    stop: async () => {
      const parts = [dispatcher, webhooks, network, scheduler, business, health];
      await Promise.all([listener.close(), ...parts.map((part) => part.stop())]);
      await db.close();
    },
  };
}

function timetableOf(settings: Settings): Timetable {
  return { timeZone: settings.isp_timezone, schedules: settings.task_schedules };
}

/** Events to their handlers, and from there to other systems. */
function startTelling(parts: {
  readonly db: Database;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly business: RunningBusinessClock;
  readonly logger: Logger;
  readonly allowsPrivate: () => Promise<boolean>;
}) {
  const { business, ...rest } = parts;
  const handlers = workerHandlers({ ...rest, businessClock: business.clock });
  const dispatcher = openDispatcher({ ...rest, handlers });
  return { dispatcher, webhooks: openWebhookDeliverer({ ...rest, sender: openWebhookSender() }) };
}

/** What wakes this role. */
function listen(
  url: string,
  parts: {
    readonly reread: () => Promise<void>;
    readonly dispatcher: Dispatcher;
    readonly provisioner: Provisioner;
    readonly business: RunningBusinessClock;
    readonly logger: Logger;
  },
): Listener {
  const { reread, dispatcher, provisioner, business, logger } = parts;
  return openListener({
    url,
    channel: 'netflow_changes',
    onNotify: (payload) => {
      if (payload === 'outbox') {
        dispatcher.wake();
        // What changed a service has an event in the same transaction.
        provisioner.wake();
      }
      if (payload === 'clock') business.wake();
      if (payload === 'setting') reread().catch(unread(logger));
    },
    onConnected: () => {
      reread().catch(unread(logger));
      dispatcher.wake();
    },
  });
}

function unread(logger: Logger): (error: unknown) => void {
  return (error) => logger.warn({ event: 'worker.settings_unread', err: error });
}
