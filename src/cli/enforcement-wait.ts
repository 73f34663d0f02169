import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import type { ServiceId } from '../kernel/ids.ts';
import {
  databaseNow,
  type EnforcementReport,
  hasWaitingEvents,
  recentEnforcements,
} from '../network/enforcement-report.store.ts';
import { liveRoles } from '../platform/health/role-health.store.ts';
import { actorLabel } from '../platform/identity/actor.ts';
import type { ServiceChange } from '../subscribers/holding.service.ts';
import type { ServiceDeps } from '../subscribers/provisioning.service.ts';
import { findService, type ServiceListing } from '../subscribers/service.store.ts';
import { countOpenSessionsOfService } from '../usage/sessions/session-report.store.ts';
import { type CommandCall, EXIT, type ExitStatus } from './command.ts';
import { enforcementSentences, isUnsuccessful } from './enforcement-words.ts';

const patienceMs = 3_000;
const pollEveryMs = 20;

/** What the network made of a change within the patience of a person. */
interface Effect {
  /** Sessions that were open just before the change. */
  readonly sessions: number;
  readonly isServerRunning: boolean;
  /** The worker has not looked at the change yet. */
  readonly isWaiting: boolean;
  readonly enforcements: readonly EnforcementReport[];
}

/**
 * Makes a change to a service, waits for what it does to live sessions and says so. `sentence` words the change
 * itself. The status is `failed` when a router did not obey, though it goes on being told.
 */
export async function changeAndReport(
  { open, out }: CommandCall,
  order: {
    change: (deps: ServiceDeps, actor: string) => Promise<ServiceChange>;
    sentence: (view: { after: ServiceListing; timeZone: string }) => string | undefined;
  },
): Promise<ExitStatus> {
  const { db, box, clock, actor, timeZone } = await open();
  const since = await databaseNow(db);
  const { before } = await order.change({ db, box, clock }, actorLabel(actor));
  const effect = await awaitEffect(db, before.id, since);
  const after = await findService(db, before.username);
  if (after === undefined) throw new Error(`The service ${before.id} vanished.`);
  const machine = {
    id: after.id,
    username: after.username,
    status: after.status,
    reason: after.reason,
    rateLimit: after.rateLimit ?? after.planRateLimit,
    ...effect,
  };
  out.result(machine, () => {
    const sentence = order.sentence({ after, timeZone });
    return [...(sentence === undefined ? [] : [sentence]), ...effectSentences(effect)].join('\n');
  });
  return effect.enforcements.some(isUnsuccessful) ? EXIT.failed : EXIT.done;
}

/** Waits until every order of the change is done, but not for a server that does not run. */
async function awaitEffect(db: Database, serviceId: ServiceId, since: Date): Promise<Effect> {
  const sessions = await countOpenSessionsOfService(db, serviceId);
  const isServerRunning = (await liveRoles(db)).length > 0;
  const startedMs = performance.now();
  for (;;) {
    const isWaiting = await hasWaitingEvents(db, serviceId);
    const enforcements = await recentEnforcements(db, { serviceId, since });
    const isOver = !isWaiting && enforcements.every((one) => one.doneAt !== undefined);
    if (isOver || !isServerRunning || performance.now() - startedMs >= patienceMs) {
      return { sessions, isServerRunning, isWaiting, enforcements };
    }
    await sleep(pollEveryMs);
  }
}

function effectSentences(effect: Effect): string[] {
  const { sessions, isServerRunning, isWaiting, enforcements } = effect;
  if (enforcements.length > 0) return enforcementSentences(enforcements);
  if (sessions === 0) return ['There is no live session.'];
  const open = sessions === 1 ? 'Its live session' : `Its ${sessions} live sessions`;
  if (!isServerRunning) return [`The server is not running: ${lower(open)} will be dealt with when it is.`];
  if (isWaiting) return [`${open} will be dealt with: no worker has come to it yet.`];
  return [`${open} ${sessions === 1 ? 'has' : 'have'} what is due already.`];
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
