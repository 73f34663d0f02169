import type { Transaction } from '../../db/database.ts';
import { desiredState, type WallChoices } from '../desired-state.ts';
import {
  hasRequestedDisconnectSince,
  hurryEnforcements,
  insertEnforcements,
  justDisconnected,
  lockManyServiceFacts,
  lockServiceFacts,
  type NewEnforcement,
  openEnforcementsOf,
  supersedeEnforcements,
} from './enforcement.store.ts';
import { markSessionCurrent } from './enforcement-effect.store.ts';
import { mergePlan } from './enforcement-merge.ts';
import { type PlanTrigger, planSession, rateAttributes } from './enforcement-plan.ts';
import { openSessionsOf } from './session-facts.store.ts';

/** Within this time after an acknowledged Disconnect the Stop is awaited, not another Disconnect sent. */
const stopPatienceMs = 10_000;

/** Why services are planned, and by what; `nowMs` is the business clock, which validity and temporary speeds follow. */
interface PlanOrder {
  readonly trigger: PlanTrigger;
  readonly choices: WallChoices;
  readonly nowMs: number;
}

/**
 * Plans what every open session of a service needs, from the data as it is now, and writes the orders. Safe to run
 * any number of times. Returns the number of new orders.
 */
export function planService(
  tx: Transaction,
  { serviceId, ...order }: PlanOrder & { readonly serviceId: string },
): Promise<number> {
  return planServices(tx, [serviceId], order);
}

/** The same for many services by a handful of queries; their rows stay locked until the end of the transaction. */
export async function planServices(
  tx: Transaction,
  serviceIds: readonly string[],
  { trigger, choices, nowMs }: PlanOrder,
): Promise<number> {
  const services = await lockManyServiceFacts(tx, serviceIds, nowMs);
  const sessions = await openSessionsOf(tx, [...services.keys()]);
  if (sessions.length === 0) return 0;
  const open = await openEnforcementsOf(tx, serviceIds);
  const leaving = await justDisconnected(tx, { serviceIds, withinMs: stopPatienceMs });
  const supersede: string[] = [];
  const hurry: string[] = [];
  const orders: NewEnforcement[] = [];
  for (const session of sessions) {
    const { serviceId, sessionId, nasId } = session;
    const service = services.get(serviceId);
    if (service === undefined || leaving.has(sessionId)) continue;
    const wanted = planSession(desiredState(service, choices, nowMs), session, service, trigger);
    const merged = mergePlan(wanted, open.get(sessionId) ?? []);
    supersede.push(...merged.supersede);
    hurry.push(...merged.hurry);
    if (merged.insert === undefined) continue;
    const { kind, cause } = merged.insert;
    const attributes = merged.insert.kind === 'coa' ? merged.insert.attributes : [];
    orders.push({ serviceId, sessionId, nasId, kind, cause, attributes });
  }
  await insertEnforcements(tx, orders);
  await supersedeEnforcements(tx, supersede);
  await hurryEnforcements(tx, hurry);
  return orders.length;
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
