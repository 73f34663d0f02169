import { createHmac } from 'node:crypto';
import type { DesiredState } from '../desired-state.ts';
import type { RouterAccess, RouterPort, RunCommand } from '../router.port.ts';
import { isTrap, RouterError } from '../router-error.ts';
import { type DesiredItem, desiredItems, type LocalService, rateOf } from '../routeros/desired-items.ts';
import { itemQueries, planItem } from '../routeros/item-plan.ts';
import {
  ACTIVE_PROPLIST,
  type ActiveSession,
  activeSession,
  sessionQueries,
} from '../routeros/ppp-active.ts';
import { isMaxLimit } from '../routeros/simple-queue.ts';

/** What a service should have on its router, and what is known of the password there. */
export interface LocalOrder {
  readonly service: LocalService;
  readonly desired: DesiredState;
  readonly walledList: string;
  /** Digest of the password last written; undefined when it is not known. */
  readonly passwordDigest: Buffer | undefined;
}

/** What was done: so many commands changed something; `sessionsEnded` dial in anew. */
export interface LocalOutcome {
  readonly changes: number;
  readonly sessionsEnded: number;
}

/** Rounds of looking and changing; the last one must find nothing left to do. */
const ROUNDS_MAX = 3;

/**
 * Brings a service on its router to what it should be: looks, changes what differs, and looks again. Safe to repeat
 * at any point: what a lost answer had done already is found done. Touches nothing that does not bear our mark.
 * Rejects with a RouterError; `router_command_failed` also for a clash of names and for what does not take.
 */
export function applyLocally(
  router: RouterPort,
  access: RouterAccess,
  order: LocalOrder,
  digest: Buffer,
): Promise<LocalOutcome> {
  const items = desiredItems(order.service, order.desired, order.walledList);
  let isPasswordKnown = order.passwordDigest?.equals(digest) ?? false;
  return router.on(access, async (run) => {
    let changes = 0;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const made = await applyItems(run, items, isPasswordKnown);
      changes += made;
      isPasswordKnown = true;
      if (made > 0) continue;
      const sessionsEnded = order.service.kind === 'ppp' ? await endOutdated(run, order) : 0;
      return { changes, sessionsEnded };
    }
    throw new RouterError(
      'router_command_failed',
      `The router took the changes of '${order.service.username}' and does not show them.`,
    );
  });
}

/** Tells whether a password is the one last written to the router; it cannot be turned back. */
export function passwordDigest(key: Buffer, password: string): Buffer {
  return createHmac('sha256', key).update(password).digest();
}

async function applyItems(
  run: RunCommand,
  items: readonly DesiredItem[],
  isPasswordKnown: boolean,
): Promise<number> {
  let changes = 0;
  for (const item of items) {
    const { rows } = await run({ path: `${item.menu}/print`, queries: itemQueries(item) });
    const plan = planItem(item, rows, isPasswordKnown);
    if (plan.plan === 'clash') throw new RouterError('router_command_failed', plan.words);
    if (plan.plan === 'right') continue;
    for (const command of plan.commands) {
      await run(command).catch((error: unknown) => {
        // Gone already, or there already: the next look decides.
        if (!isTrap(error, 'no_such_item') && !isTrap(error, 'already_exists')) throw error;
      });
      changes += 1;
    }
  }
  return changes;
}

/** Ends sessions that were let in on other terms: they do not follow their secret by themselves. */
async function endOutdated(run: RunCommand, order: LocalOrder): Promise<number> {
  const { username } = order.service;
  const sessions = await localSessions(run, username);
  let ended = 0;
  for (const session of sessions) {
    if (await isUpToDate(run, session, order)) continue;
    await run({ path: '/ppp/active/remove', attributes: { '.id': session.itemId } }).catch(
      (error: unknown) => {
        if (!isTrap(error, 'no_such_item')) throw error;
      },
    );
    ended += 1;
  }
  if (ended === 0) return 0;
  const left = await localSessions(run, username);
  if (left.some((session) => sessions.some(({ itemId }) => itemId === session.itemId))) {
    throw new RouterError(
      'router_command_failed',
      `The session of '${username}' stays on the router after its removal.`,
    );
  }
  return ended;
}

async function localSessions(run: RunCommand, username: string): Promise<ActiveSession[]> {
  const { rows } = await run({
    path: '/ppp/active/print',
    attributes: { '.proplist': ACTIVE_PROPLIST },
    queries: [`name=${username}`],
  });
  return rows.flatMap((row) => {
    const session = activeSession(row);
    // Who was let in by RADIUS is enforced by CoA and Disconnect.
    return session === undefined || session.isRadius ? [] : [session];
  });
}

async function isUpToDate(
  run: RunCommand,
  session: ActiveSession,
  { service, desired, walledList }: LocalOrder,
): Promise<boolean> {
  if (service.isLeaving || desired.access === 'none') return false;
  if (service.framedIp !== undefined && session.address !== service.framedIp) return false;
  const queue = await run({
    path: '/queue/simple/print',
    attributes: { '.proplist': 'name,max-limit' },
    queries: sessionQueries(service.username),
  });
  if (!isMaxLimit(queue.rows[0]?.['max-limit'] ?? '0/0', rateOf(desired))) return false;
  const walled = await run({
    path: '/ip/firewall/address-list/print',
    attributes: { '.proplist': 'list,address' },
    queries: [`list=${walledList}`, `address=${session.address ?? ''}`, '#&'],
  });
  return walled.rows.length > 0 === (desired.access === 'walled');
}
