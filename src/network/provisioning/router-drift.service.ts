import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { accessOfNas, type ConnectionDeps } from '../connection/mikrotik-connection.service.ts';
import { desiredState } from '../desired-state.ts';
import {
  insertEnforcement,
  openEnforcementsOf,
  readManyServiceFacts,
} from '../enforcement/enforcement.store.ts';
import { markSessionUncertain } from '../enforcement/enforcement-effect.store.ts';
import { rateAttributes } from '../enforcement/enforcement-plan.ts';
import { removeSession } from '../enforcement/router-session.service.ts';
import { readWallChoices } from '../enforcement/wall-choices.service.ts';
import type { RouterAccess, RouterPort } from '../router.port.ts';
import { MARK } from '../routeros/desired-items.ts';
import { ACTIVE_PROPLIST, activeSession } from '../routeros/ppp-active.ts';
import { openSessionsOfNas, secretOwners } from './router-drift.store.ts';
import { type DriftItem, driftOf } from './router-drift.ts';

/** What the comparison works with. */
export interface DriftDeps extends ConnectionDeps {
  readonly router: RouterPort;
  /** The business clock. */
  readonly clock: Clock;
}

/** A session younger than this may not have been reported everywhere. */
const settledS = 60;

/**
 * Compares a router with the database, now. Throws `nas_not_found`, `routeros_not_configured` or the RouterError of a
 * router that cannot be read: nothing is concluded from half a list.
 */
export async function readDrift(deps: DriftDeps, nasId: string): Promise<DriftItem[]> {
  const access = await accessOfNas(deps, nasId);
  // Before and after the router: what began or ended meanwhile is no difference.
  const sessions = await openSessionsOfNas(deps.db, { nasId, settledS });
  const seen = await readRouter(deps.router, access);
  const serviceIds = sessions.flatMap(({ serviceId }) => (serviceId === undefined ? [] : [serviceId]));
  const nowMs = deps.clock.nowMs();
  const facts = await readManyServiceFacts(deps.db, serviceIds, nowMs);
  const choices = await readWallChoices(deps.db);
  const late = await openSessionsOfNas(deps.db, { nasId, settledS });
  const items = driftOf({
    ...seen,
    sessions: late.map((session) => {
      const service = facts.get(session.serviceId ?? '');
      return { ...session, desired: service && desiredState(service, choices, nowMs) };
    }),
    owners: await secretOwners(
      deps.db,
      seen.secrets.map(({ name }) => name),
    ),
  });
  const settled = new Set(sessions.filter(({ isSettled }) => isSettled).map(({ sessionId }) => sessionId));
  return items.filter(
    ({ difference, sessionId }) => difference !== 'only_in_database' || settled.has(sessionId ?? ''),
  );
}

/** What became of one item of a fix. */
export interface DriftFixed extends DriftItem {
  readonly outcome: string;
}

/**
 * Mends what is named, or everything that can be. The router is compared anew first, so that what mended itself is
 * left alone. Nothing is closed or deleted here: a session the router lacks becomes uncertain, and accounting decides.
 */
export async function fixDrift(
  deps: DriftDeps,
  order: { readonly nasId: string; readonly keys: readonly string[] | undefined },
): Promise<DriftFixed[]> {
  const access = await accessOfNas(deps, order.nasId);
  const wanted = (await readDrift(deps, order.nasId)).filter(
    ({ key, fix }) => fix !== 'none' && (order.keys === undefined || order.keys.includes(key)),
  );
  const fixed: DriftFixed[] = [];
  for (const item of wanted) {
    const outcome = await fixOne(deps, access, order.nasId, item).catch(messageOf);
    fixed.push({ ...item, outcome });
  }
  return fixed;
}

async function fixOne(
  deps: DriftDeps,
  access: RouterAccess,
  nasId: string,
  item: DriftItem,
): Promise<string> {
  const { sessionId, serviceId, acctSessionId, username } = item;
  if (item.fix === 'end_on_router' && acctSessionId !== undefined) {
    const end = await removeSession(deps.router, access, { username, acctSessionId });
    return end === 'gone'
      ? 'Ended on the router; it dials in anew.'
      : 'It stays on the router after its removal.';
  }
  if (item.fix === 'doubt' && sessionId !== undefined) {
    await deps.db.transaction((tx) => markSessionUncertain(tx, sessionId));
    return 'Uncertain from now on; it is closed when the router goes on reporting without it.';
  }
  if (item.fix !== 'coa' || sessionId === undefined || serviceId === undefined)
    return 'Nothing can be done here.';
  const choices = await readWallChoices(deps.db);
  return deps.db.transaction(async (tx) => {
    const service = (await readManyServiceFacts(tx, [serviceId], deps.clock.nowMs())).get(serviceId);
    const desired = service && desiredState(service, choices, deps.clock.nowMs());
    if (desired === undefined || !('rateLimit' in desired) || desired.rateLimit === undefined) {
      return 'The service has changed meanwhile.';
    }
    if ((await openEnforcementsOf(tx, [serviceId])).has(sessionId))
      return 'An order for it is under way already.';
    const attributes = rateAttributes(desired.rateLimit);
    await insertEnforcement(tx, {
      serviceId,
      sessionId,
      nasId,
      kind: 'coa',
      cause: 'speed_changed',
      attributes,
    });
    return 'A CoA with the rate was ordered.';
  });
}

/** All lists on one connection, or none. */
function readRouter(router: RouterPort, access: RouterAccess) {
  return router.on(access, async (run) => {
    const [active, queues, secrets] = await Promise.all([
      run({ path: '/ppp/active/print', attributes: { '.proplist': ACTIVE_PROPLIST } }),
      run({ path: '/queue/simple/print', attributes: { '.proplist': 'name,max-limit' } }),
      run({ path: '/ppp/secret/print', attributes: { '.proplist': 'name,comment' } }),
    ]);
    return {
      active: active.rows.flatMap((row) => activeSession(row) ?? []),
      queues: new Map(queues.rows.map((row) => [row.name ?? '', row['max-limit'] ?? ''])),
      secrets: secrets.rows.map((row) => ({
        name: row.name ?? '',
        isOurs: (row.comment ?? '').startsWith(MARK),
      })),
    };
  });
}
