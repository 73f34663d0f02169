import type { RouterAccess, RouterPort, RunCommand } from '../router.port.ts';
import { isTrap } from '../router-error.ts';
import {
  ACTIVE_PROPLIST,
  type ActiveSession,
  activeSession,
  plainSessionId,
  sessionQueries,
} from '../routeros/ppp-active.ts';
import { isMaxLimit } from '../routeros/simple-queue.ts';

/** What the router knows a session by. */
export interface SessionName {
  readonly username: string;
  readonly acctSessionId: string;
}

/** Waits between the looks after a removal, in ms: a router ends a session in its own time. */
const LOOKS_MS: readonly number[] = [0, 100, 400, 1_000];

/**
 * Whether the router has a session. Rejects with a RouterError when that cannot be told: an error never means
 * "no session" (product demand 9).
 */
export function isSessionThere(
  router: RouterPort,
  access: RouterAccess,
  name: SessionName,
): Promise<boolean> {
  return router.on(access, async (run) => (await find(run, name)) !== undefined);
}

/** Whether the queue of a session has this rate; undefined when the router shows no queue for it. */
export async function hasRate(
  router: RouterPort,
  access: RouterAccess,
  { username, rateLimit }: { readonly username: string; readonly rateLimit: string },
): Promise<boolean | undefined> {
  const { rows } = await router.run(access, {
    path: '/queue/simple/print',
    attributes: { '.proplist': 'name,max-limit' },
    queries: sessionQueries(username),
  });
  const [queue] = rows;
  return queue === undefined ? undefined : isMaxLimit(queue['max-limit'], rateLimit);
}

/**
 * Ends a session by `/ppp/active/remove` and looks whether it is gone: `!done` alone is not believed. Removing what is
 * gone already is a success, so it may be repeated. Rejects with a RouterError.
 */
export function removeSession(
  router: RouterPort,
  access: RouterAccess,
  name: SessionName,
): Promise<'gone' | 'stays'> {
  return router.on(access, async (run) => {
    const session = await find(run, name);
    if (session === undefined) return 'gone';
    try {
      await run({ path: '/ppp/active/remove', attributes: { '.id': session.itemId } });
    } catch (error) {
      if (!isTrap(error, 'no_such_item')) throw error;
    }
    for (const waitMs of LOOKS_MS) {
      if (waitMs > 0) await sleep(waitMs);
      if ((await find(run, name)) === undefined) return 'gone';
    }
    return 'stays';
  });
}

async function find(run: RunCommand, name: SessionName): Promise<ActiveSession | undefined> {
  const { rows } = await run({
    path: '/ppp/active/print',
    attributes: { '.proplist': ACTIVE_PROPLIST },
    queries: [`name=${name.username}`],
  });
  const wanted = plainSessionId(name.acctSessionId);
  return rows.map(activeSession).find((session) => session?.acctSessionId === wanted);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
