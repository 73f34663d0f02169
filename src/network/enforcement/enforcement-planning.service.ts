import type { Transaction } from '../../db/database.ts';
import { desiredState, type WallChoices } from '../desired-state.ts';
import {
  hasRequestedDisconnectSince,
  hurryEnforcements,
  insertEnforcement,
  justDisconnected,
  lockServiceFacts,
  openEnforcementsOf,
  supersedeEnforcements,
} from './enforcement.store.ts';
import { markSessionCurrent } from './enforcement-effect.store.ts';
import { mergePlan } from './enforcement-merge.ts';
import { type PlanTrigger, planSession, rateAttributes } from './enforcement-plan.ts';
import { openSessionsOf } from './session-facts.store.ts';

/** Within this time after an acknowledged Disconnect the Stop is awaited, not another Disconnect sent. */
const stopPatienceMs = 10_000;

/**
 * Plans what every open session of a service needs, from the data as it is now, and writes the orders. Safe to run
 * any number of times. `nowMs` is the business clock: validity and temporary speeds follow it. Returns the number
 * of new orders.
 */
export async function planService(
  tx: Transaction,
  input: {
    readonly serviceId: string;
    readonly trigger: PlanTrigger;
    readonly choices: WallChoices;
    readonly nowMs: number;
  },
): Promise<number> {
  const { serviceId } = input;
  const service = await lockServiceFacts(tx, serviceId, input.nowMs);
  if (service === undefined) return 0;
  const sessions = await openSessionsOf(tx, serviceId);
  const open = await openEnforcementsOf(tx, serviceId);
  if (sessions.length === 0 && open.size === 0) return 0;
  const leaving = await justDisconnected(tx, { serviceId, withinMs: stopPatienceMs });
  const desired = desiredState(service, input.choices, input.nowMs);
  const supersede: string[] = [];
  const hurry: string[] = [];
  let inserted = 0;
  for (const session of sessions) {
    if (leaving.has(session.sessionId)) continue;
    const wanted = planSession(desired, session, service, input.trigger);
    const merged = mergePlan(wanted, open.get(session.sessionId) ?? []);
    supersede.push(...merged.supersede);
    hurry.push(...merged.hurry);
    if (merged.insert === undefined) continue;
    inserted += 1;
    await insertEnforcement(tx, {
      serviceId,
      sessionId: session.sessionId,
      nasId: session.nasId,
      kind: merged.insert.kind,
      cause: merged.insert.cause,
      attributes: merged.insert.kind === 'coa' ? merged.insert.attributes : [],
    });
  }
  await supersedeEnforcements(tx, supersede);
  await hurryEnforcements(tx, hurry);
  return inserted;
}

/**
 * Orders the end of every open session of a service, as somebody asked at `requestedAt` (the database's clock). A
 * second delivery of the request does not reach the session the subscriber dialled after the first.
 */
export async function planRequestedDisconnect(
  tx: Transaction,
  input: {
    readonly serviceId: string;
    readonly requestedAt: Date;
    readonly choices: WallChoices;
    readonly nowMs: number;
  },
): Promise<number> {
  const { serviceId, requestedAt, choices, nowMs } = input;
  if (await hasRequestedDisconnectSince(tx, { serviceId, since: requestedAt })) return 0;
  const trigger = { isDisconnectRequested: true, isSpeedChanged: false };
  return planService(tx, { serviceId, trigger, choices, nowMs });
}

/**
 * After a router took a CoA: the session is up to date if what was sent is still what the service should have.
 * When the service changed meanwhile, the event of that change brings the next order.
 */
export async function acceptCoa(
  tx: Transaction,
  input: {
    readonly serviceId: string;
    readonly sessionId: string;
    readonly attributes: readonly { readonly name: string; readonly value: string }[];
    readonly choices: WallChoices;
    readonly nowMs: number;
  },
): Promise<void> {
  const service = await lockServiceFacts(tx, input.serviceId, input.nowMs);
  if (service === undefined) return;
  const desired = desiredState(service, input.choices, input.nowMs);
  if (desired.access !== 'full' && desired.access !== 'throttled') return;
  if (desired.rateLimit === undefined) return;
  const [wanted] = rateAttributes(desired.rateLimit);
  const isCurrent = input.attributes.some(
    ({ name, value }) => name === wanted.name && value === wanted.value,
  );
  if (!isCurrent) return;
  await markSessionCurrent(tx, {
    sessionId: input.sessionId,
    grade: desired.access,
    stateVersion: service.stateVersion,
  });
}
