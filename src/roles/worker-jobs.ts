import { billingJobs } from '../billing/jobs/billing-task.job.ts';
import { checkLedgerJob } from '../billing/jobs/check-ledger.job.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { pruneEnforcementsJob } from '../network/enforcement/prune-enforcements.job.ts';
import { pruneRouterHealthJob } from '../network/monitoring/prune-router-health.job.ts';
import { reconcileNetworkJob } from '../network/reconcile-network.job.ts';
import { closeStaleSessionsJob } from '../network/sessions/close-stale-sessions.job.ts';
import { pruneChangeLogJob } from '../platform/events/prune-change-log.job.ts';
import { pruneRoleHealthJob } from '../platform/health/prune-role-health.job.ts';
import { pruneIdempotencyKeysJob } from '../platform/idempotency/prune-idempotency-keys.job.ts';
import { pruneSessionsJob } from '../platform/identity/sessions/prune-sessions.job.ts';
import type { Logger } from '../platform/logger.port.ts';
import type { Job } from '../platform/scheduler/job.port.ts';
import { pruneJobRunsJob } from '../platform/scheduler/prune-job-runs.job.ts';
import { pruneWebhookDeliveriesJob } from '../platform/webhooks/prune-webhook-deliveries.job.ts';
import { recordPerformanceJob } from '../reports/figures/record-performance.job.ts';
import { endTemporarySpeedsJob } from '../subscribers/speeds/end-temporary-speeds.job.ts';
import { maintainPartitionsJob } from '../usage/maintain-partitions.job.ts';

/** What jobs work with. */
export interface JobParts {
  readonly db: Database;
  /** The machine's clock. */
  readonly clock: Clock;
  readonly businessClock: Clock;
  readonly logger: Logger;
  readonly interimDefaultS: () => number;
}

/** Every job of the worker role. */
export function workerJobs(parts: JobParts): readonly Job[] {
  return [...maintenanceJobs(parts), ...businessJobs(parts)];
}

/** What follows the business clock, and with the test clock waits for whoever moves it. */
function businessJobs({ db, businessClock: clock, logger }: JobParts): Job[] {
  return [
    endTemporarySpeedsJob({ db, clock }),
    ...billingJobs({ db, clock, logger }),
    recordPerformanceJob({ db, clock }),
  ];
}

/** What keeps the tables in order; it follows real time, whatever the business clock says. */
function maintenanceJobs(parts: JobParts): Job[] {
  const { db } = parts;
  return [
    { ...closeStaleSessionsJob(parts), follows: 'real_time' },
    maintainPartitionsJob(db),
    pruneChangeLogJob(db),
    pruneRoleHealthJob(db),
    pruneJobRunsJob(db),
    checkLedgerJob(parts),
    pruneSessionsJob(parts),
    pruneEnforcementsJob(db),
    reconcileNetworkJob(parts),
    pruneRouterHealthJob(db),
    pruneIdempotencyKeysJob(db),
    pruneWebhookDeliveriesJob(db),
  ];
}
