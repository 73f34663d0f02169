import { hostname } from 'node:os';
import type { Database } from '../db/database.ts';
import { openLanePool } from '../db/lane-pool.ts';
import { openListener } from '../db/listener.ts';
import type { Clock } from '../kernel/clock.ts';
import { closeStaleSessionsJob } from '../network/close-stale-sessions.job.ts';
import type { WallChoices } from '../network/desired-state.ts';
import { pruneEnforcementsJob } from '../network/prune-enforcements.job.ts';
import { serviceEventHandlers } from '../network/service-events.handler.ts';
import type { ResolvedConfig } from '../platform/config/config.ts';
import { openDispatcher } from '../platform/events/dispatcher.service.ts';
import { pruneChangeLogJob } from '../platform/events/prune-change-log.job.ts';
import { startHealthReporter } from '../platform/health/health-reporter.service.ts';
import { pruneRoleHealthJob } from '../platform/health/prune-role-health.job.ts';
import { pruneIdempotencyKeysJob } from '../platform/idempotency/prune-idempotency-keys.job.ts';
import { pruneSessionsJob } from '../platform/identity/sessions/prune-sessions.job.ts';
import type { Logger } from '../platform/logger.port.ts';
import type { Job } from '../platform/scheduler/job.port.ts';
import { pruneJobRunsJob } from '../platform/scheduler/prune-job-runs.job.ts';
import { JobRunner } from '../platform/scheduler/runner.ts';
import { Scheduler } from '../platform/scheduler/scheduler.ts';
import { checkAppKey } from '../platform/secrets/installation.store.ts';
import { SecretBox } from '../platform/secrets/secret-box.ts';
import { readSettings } from '../platform/settings/setting.store.ts';
import { endTemporarySpeedsJob } from '../subscribers/end-temporary-speeds.job.ts';
import type { RunningRole } from '../supervisor/role-app.ts';
import { maintainPartitionsJob } from '../usage/maintain-partitions.job.ts';

/** The worker role: delivers events to their handlers and runs jobs on their schedules. Any number of hosts may. */
export async function startWorkerRole(
  config: ResolvedConfig,
  logger: Logger,
  clock: Clock,
): Promise<RunningRole> {
  const url = config.databaseUrl;
  const db = openLanePool({ url, lanes: 4, name: 'netflow-worker' });
  await checkAppKey(db, new SecretBox(Buffer.from(config.appKey)));
  let settings = await readSettings(db);
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
    }),
  });
  const runner = new JobRunner({ db, logger, clock, runner: health.instance });
  const jobs = maintenanceJobs({
    db,
    clock,
    logger,
    interimDefaultS: () => settings.radius_interim_interval_s,
  });
  const scheduler = new Scheduler({
    db,
    runner,
    jobs: [...jobs, endTemporarySpeedsJob({ db, clock })],
    logger,
    clock,
    timeZone: settings.isp_timezone,
    isTestClock: config.testClock,
  });
  const handlers = serviceEventHandlers({ db, clock, logger, wallChoices: () => readWallChoices(db) });
  const dispatcher = openDispatcher({ db, handlers, logger, clock });
  const reread = async (): Promise<void> => {
    const fresh = await readSettings(db);
    if (fresh.isp_timezone !== settings.isp_timezone) scheduler.setTimeZone(fresh.isp_timezone);
    settings = fresh;
  };
  const listener = openListener({
    url,
    channel: 'netflow_changes',
    onNotify: (payload) => {
      if (payload === 'outbox') dispatcher.wake();
      if (payload === 'setting') reread().catch(unread(logger));
    },
    onConnected: () => {
      reread().catch(unread(logger));
      dispatcher.wake();
    },
  });
  return {
    describe: [],
    stop: async () => {
      await Promise.all([listener.close(), dispatcher.stop(), scheduler.stop(), health.stop()]);
      await db.close();
    },
  };
}

function unread(logger: Logger): (error: unknown) => void {
  return (error) => logger.warn({ event: 'worker.settings_unread', err: error });
}

async function readWallChoices(db: Database): Promise<WallChoices> {
  const { radius_on_suspended, radius_on_expired, radius_on_data_cap } = await readSettings(db);
  return {
    onSuspended: radius_on_suspended,
    onExpired: radius_on_expired,
    onDataCap: radius_on_data_cap,
  };
}

/** What keeps the tables in order; it follows real time, whatever the business clock says. */
function maintenanceJobs(parts: {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly interimDefaultS: () => number;
}): Job[] {
  const { db } = parts;
  return [
    { ...closeStaleSessionsJob(parts), follows: 'real_time' },
    maintainPartitionsJob(db),
    pruneChangeLogJob(db),
    pruneRoleHealthJob(db),
    pruneJobRunsJob(db),
    pruneSessionsJob(parts),
    pruneEnforcementsJob(db),
    pruneIdempotencyKeysJob(db),
  ];
}
