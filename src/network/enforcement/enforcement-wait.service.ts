import type { Database } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { liveRoles } from '../../platform/health/role-health.store.ts';
import { countOpenSessionsOfService } from '../../usage/sessions/session-report.store.ts';
import { databaseNow, hasWaitingEvents, recentEnforcements } from './enforcement-report.store.ts';
import type { EnforcementReport } from './enforcement-report.ts';
import type { NetworkEffect } from './network-outcome.ts';

const pollEveryMs = 20;

/**
 * Makes a change to a service and waits for what it does to its live sessions: until every order is done or has
 * met an answer, `patienceMs` at most, and not at all for a server that does not run.
 */
export async function changeAndAwait<Change extends { readonly before: { readonly id: ServiceId } }>(
  db: Database,
  change: () => Promise<Change>,
  patienceMs: number,
): Promise<{ readonly change: Change; readonly effect: NetworkEffect }> {
  const since = await databaseNow(db);
  const made = await change();
  return { change: made, effect: await awaitEffect(db, made.before.id, { since, patienceMs }) };
}

async function awaitEffect(
  db: Database,
  serviceId: ServiceId,
  { since, patienceMs }: { since: Date; patienceMs: number },
): Promise<NetworkEffect> {
  const sessions = await countOpenSessionsOfService(db, serviceId);
  const isServerRunning = (await liveRoles(db)).length > 0;
  const startedMs = performance.now();
  for (;;) {
    const isWaiting = await hasWaitingEvents(db, serviceId);
    const enforcements = await recentEnforcements(db, { serviceId, since });
    const isOver = !isWaiting && enforcements.every(isAnswered);
    if (isOver || !isServerRunning || performance.now() - startedMs >= patienceMs) {
      return { sessions, isServerRunning, isWaiting, enforcements };
    }
    await sleep(pollEveryMs);
  }
}

/** Done, or tried without success: the next try comes later than anybody waits. */
function isAnswered({ doneAt, lastAnswer, state }: EnforcementReport): boolean {
  return doneAt !== undefined || (state === 'pending' && lastAnswer !== undefined);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
