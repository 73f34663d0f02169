import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { desiredState, type WallChoices } from '../desired-state.ts';
import { readManyServiceFacts } from './enforcement.store.ts';
import { onlineServicesOfPlan, raiseStateVersions } from './enforcement-of-many.store.ts';
import { type PlanTrigger, planSession } from './enforcement-plan.ts';
import { planServices } from './enforcement-planning.service.ts';
import { openSessionsAfter } from './session-facts.store.ts';

/** What planning for many services works with; `clock` is the business clock. */
export interface ManyDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** Services planned in one transaction: their rows are locked meanwhile. */
const PLANNED_AT_ONCE = 200;
/** Services looked at by one query. */
const PAGE_SIZE = 2_000;
const EDITED: PlanTrigger = { isDisconnectRequested: false, isSpeedChanged: true };
const COMPARED: PlanTrigger = { ...EDITED, leavesUnknown: true };

/**
 * After a package was edited: every live session on it is ordered to what the package gives now. Page by page, so that a
 * package of thousands holds nothing up. Returns the number of orders.
 */
export async function planPackage(
  { db, clock }: ManyDeps,
  { planId, choices }: { readonly planId: PlanId; readonly choices: WallChoices },
): Promise<number> {
  const nowMs = clock.nowMs();
  let orders = 0;
  let after = '0';
  for (;;) {
    const page = await onlineServicesOfPlan(db, { planId, after, limit: PLANNED_AT_ONCE });
    const last = page.at(-1);
    if (last === undefined) return orders;
    orders += await db.transaction(async (tx) => {
      await raiseStateVersions(tx, page);
      return planServices(tx, page, { trigger: EDITED, choices, nowMs });
    });
    after = last;
  }
}

/** What a look at all live sessions found. */
export interface SessionsReconciled {
  readonly sessions: number;
  readonly orders: number;
}

/**
 * Compares every live session with what its service should have, and orders what differs: what time alone changed
 * (validity, a temporary speed, an allowance), and whatever an event did not bring about. Reads a page at a time and
 * locks only what differs.
 */
export async function reconcileSessions(
  { db, clock }: ManyDeps,
  { choices, signal }: { readonly choices: WallChoices; readonly signal: AbortSignal },
): Promise<SessionsReconciled> {
  let sessions = 0;
  let orders = 0;
  let after = '0';
  while (!signal.aborted) {
    const page = await openSessionsAfter(db, { after, limit: PAGE_SIZE });
    const last = page.at(-1);
    if (last === undefined) break;
    sessions += page.length;
    after = last.serviceId;
    const nowMs = clock.nowMs();
    const facts = await readManyServiceFacts(db, [...new Set(page.map(({ serviceId }) => serviceId))], nowMs);
    const off = page.filter((session) => {
      const service = facts.get(session.serviceId);
      if (service === undefined) return false;
      return planSession(desiredState(service, choices, nowMs), session, service, COMPARED) !== undefined;
    });
    const due = [...new Set(off.map(({ serviceId }) => serviceId))];
    for (let at = 0; at < due.length; at += PLANNED_AT_ONCE) {
      const some = due.slice(at, at + PLANNED_AT_ONCE);
      orders += await db.transaction((tx) => planServices(tx, some, { trigger: COMPARED, choices, nowMs }));
    }
  }
  return { sessions, orders };
}
