import type { DesiredState } from '../desired-state.ts';
import type { DynauthAttribute, DynauthResult } from '../dynauth.port.ts';

/** What is known of one open session of the service. */
export interface SessionFacts {
  readonly sessionId: string;
  readonly nasId: string;
  /** The reply it was let in with; undefined when it was never seen logging in. */
  readonly grade: string | undefined;
  /** The service's state version it was let in with, raised when a CoA brought it up to date. */
  readonly stateVersion: number | undefined;
  /** The package it was let in under gave another pool, address list or profile than the service's has now. */
  readonly isLoginOutdated: boolean;
}

/** Why the plan is made; it widens what is looked at, never what is right. */
export interface PlanTrigger {
  /** An operator asked to end the sessions, whatever their state. */
  readonly isDisconnectRequested: boolean;
  /** The rate may have changed since the session was let in. */
  readonly isSpeedChanged: boolean;
  /**
   * Nobody asked: a session that was never seen logging in (begun with another server, or while this one was away) may have
   * the right rate, and is not touched for it.
   */
  readonly leavesUnknown?: boolean;
}

/** One step that brings a session to the desired state. */
export type EnforcementAction =
  | { readonly kind: 'disconnect'; readonly cause: EnforcementCause }
  | {
      readonly kind: 'coa';
      readonly cause: EnforcementCause;
      /** What is to change; the identification of the session is added when it is sent. */
      readonly attributes: readonly DynauthAttribute[];
    };

/** Why a session is changed or ended. */
export type EnforcementCause =
  | 'disconnect_requested'
  | 'not_entitled'
  | 'to_walled_garden'
  | 'out_of_walled_garden'
  | 'login_terms_changed'
  | 'speed_changed'
  | 'speed_unlimited';

/**
 * Desired minus actual for one session; undefined when nothing is to be done. Address lists and pools cannot be
 * changed by CoA (mikrotik-radius section 6), so going into or out of the wall, and to a package with others, is a
 * Disconnect and a new login.
 */
export function planSession(
  desired: DesiredState,
  session: SessionFacts,
  service: { readonly stateVersion: number },
  trigger: PlanTrigger,
): EnforcementAction | undefined {
  if (trigger.isDisconnectRequested) return { kind: 'disconnect', cause: 'disconnect_requested' };
  if (desired.access === 'none') return { kind: 'disconnect', cause: 'not_entitled' };
  const isWalled = session.grade === 'walled';
  if (desired.access === 'walled') {
    return isWalled ? undefined : { kind: 'disconnect', cause: 'to_walled_garden' };
  }
  if (isWalled) return { kind: 'disconnect', cause: 'out_of_walled_garden' };
  const isLeftAlone = session.stateVersion === undefined && trigger.leavesUnknown === true;
  if (session.isLoginOutdated && !isLeftAlone) return { kind: 'disconnect', cause: 'login_terms_changed' };
  const isOtherGrade = session.grade !== undefined && session.grade !== desired.access;
  const isBehind =
    session.stateVersion === undefined ? !isLeftAlone : session.stateVersion < service.stateVersion;
  if (!isOtherGrade && !(trigger.isSpeedChanged && isBehind)) return undefined;
  // A CoA replaces the queue but cannot take it away.
  if (desired.rateLimit === undefined) return { kind: 'disconnect', cause: 'speed_unlimited' };
  return { kind: 'coa', cause: 'speed_changed', attributes: rateAttributes(desired.rateLimit) };
}

/** The full rate string, always: what an earlier burst leaves behind is otherwise unclear. */
export function rateAttributes(rateLimit: string): readonly DynauthAttribute[] {
  return [{ name: 'Mikrotik-Rate-Limit', value: rateLimit }];
}

/** Waits before the next try at a NAS that did not obey, in ms; the last one repeats. */
export const ENFORCEMENT_DELAYS_MS: readonly number[] = [1_000, 5_000, 30_000, 300_000];

/** What an answer means for the enforcement it was sent for. */
export type NextStep =
  | { readonly step: 'done'; readonly state: 'acknowledged' | 'gone' }
  | { readonly step: 'disconnect_instead'; readonly state: 'refused' | 'unreachable' }
  | { readonly step: 'retry' };

/** A router that says "later" to a CoA is asked so often before the session is ended instead. */
const COA_TRIES_MAX = 3;

/**
 * The ladder: CoA, then Disconnect, then Disconnect again with growing waits. `session_gone` is also what a repeated
 * Disconnect meets when the first ACK was lost.
 */
export function nextStep(
  order: { readonly kind: 'coa' | 'disconnect'; readonly tries: number },
  result: Pick<DynauthResult, 'outcome' | 'nak'>,
): NextStep {
  if (result.outcome === 'ack') return { step: 'done', state: 'acknowledged' };
  if (result.nak === 'session_gone') return { step: 'done', state: 'gone' };
  if (order.kind === 'disconnect') return { step: 'retry' };
  if (result.nak === 'retry' && order.tries < COA_TRIES_MAX) return { step: 'retry' };
  return { step: 'disconnect_instead', state: result.outcome === 'nak' ? 'refused' : 'unreachable' };
}
