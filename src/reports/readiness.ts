import { radiusReportOf } from './role-counters.ts';
import type { Readiness } from './system-status.ts';

/** Half of what a RADIUS role holds before it drops reports: logins are held back long before. */
export const ACCOUNTING_QUEUE_READY_MAX = 4_096;

/** Whether logins can be served by the roles that have just reported: one that listens and is not behind is enough. */
export function readinessOf(
  roles: readonly { readonly role: string; readonly counters: unknown }[],
): Readiness {
  const queues = roles
    .filter(({ role }) => role === 'radius')
    .map(({ counters }) => radiusReportOf(counters).accountingQueue);
  if (queues.length === 0) return not('radius_not_seen', 'No RADIUS role has reported within 10 seconds.');
  const shortest = Math.min(...queues);
  if (shortest <= ACCOUNTING_QUEUE_READY_MAX) return { isReady: true, reasons: [] };
  return not('accounting_behind', `${shortest} accounting reports or more wait in every RADIUS role.`);
}

/** Nobody could be asked. */
export const DATABASE_UNREACHABLE = not('database_unreachable', 'The database does not answer.');

function not(code: string, message: string): Readiness {
  return { isReady: false, reasons: [{ code, message }] };
}
