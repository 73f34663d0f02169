import type { Database } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import { listSessions, type SessionReport } from '../../usage/sessions/session-report.store.ts';
import { type DesiredState, desiredState } from '../desired-state.ts';
import { readServiceFacts } from './enforcement.store.ts';
import { planSession } from './enforcement-plan.ts';
import { databaseNow, recentEnforcements } from './enforcement-report.store.ts';
import type { EnforcementReport } from './enforcement-report.ts';
import { openSessionsOf } from './session-facts.store.ts';
import { readWallChoices } from './wall-choices.service.ts';

const SESSIONS_MAX = 100;

/** What a service should have of the network, and what it has. */
export interface ServiceNetwork {
  readonly desired: DesiredState;
  /** The open ones, the newest first. */
  readonly sessions: readonly SessionReport[];
  /** Orders the routers have not carried out yet. */
  readonly waiting: readonly EnforcementReport[];
  /** Whether every live session has what is desired; undefined without a session. */
  readonly isEnforced: boolean | undefined;
}

/** Looks at a service that exists. `nowMs` is the business clock: validity and temporary speeds follow it. */
export async function readServiceNetwork(
  db: Database,
  { serviceId, nowMs }: { readonly serviceId: ServiceId; readonly nowMs: number },
): Promise<ServiceNetwork> {
  const [facts, choices, sessions, open, since] = await Promise.all([
    readServiceFacts(db, serviceId, nowMs),
    readWallChoices(db),
    listSessions(db, { serviceId, includeClosed: false, limit: SESSIONS_MAX }),
    openSessionsOf(db, [serviceId]),
    databaseNow(db),
  ]);
  invariant(facts !== undefined, 'a service that was read has facts');
  const desired = desiredState(facts, choices, nowMs);
  const waiting = await recentEnforcements(db, { serviceId, since });
  const trigger = { isDisconnectRequested: false, isSpeedChanged: false };
  const isAsPlanned = open.every((session) => planSession(desired, session, facts, trigger) === undefined);
  return {
    desired,
    sessions,
    waiting: waiting.filter(({ doneAt }) => doneAt === undefined),
    isEnforced: open.length === 0 ? undefined : isAsPlanned && waiting.length === 0,
  };
}
