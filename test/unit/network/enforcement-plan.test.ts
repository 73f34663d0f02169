import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../../../src/network/desired-state.ts';
import {
  nextStep,
  planSession,
  type SessionFacts,
} from '../../../src/network/enforcement/enforcement-plan.ts';

const FULL: DesiredState = { access: 'full', rateLimit: '5M/20M' };
const THROTTLED: DesiredState = { access: 'throttled', rateLimit: '1M/1M' };
const UNLIMITED: DesiredState = { access: 'full', rateLimit: undefined };
const NONE: DesiredState = { access: 'none' };
const WALLED: DesiredState = { access: 'walled' };
const STATE = { isDisconnectRequested: false, isSpeedChanged: false };
const SPEED = { isDisconnectRequested: false, isSpeedChanged: true };
const REQUEST = { isDisconnectRequested: true, isSpeedChanged: false };

function plan(desired: DesiredState, session: Partial<SessionFacts>, trigger = STATE): string {
  const known = { sessionId: '1', nasId: '1', grade: 'full', stateVersion: 3, isLoginOutdated: false };
  const facts: SessionFacts = { ...known, ...session };
  const action = planSession(desired, facts, { stateVersion: 4 }, trigger);
  if (action === undefined) return 'nothing';
  return action.kind === 'coa' ? `coa ${action.attributes[0].value}` : `disconnect ${action.cause}`;
}

describe('what a live session needs', () => {
  it.each([
    ['suspended, session in full', NONE, {}, STATE, 'disconnect not_entitled'],
    [
      'suspended, session walled, no wall any more',
      NONE,
      { grade: 'walled' },
      STATE,
      'disconnect not_entitled',
    ],
    ['to the wall', WALLED, {}, STATE, 'disconnect to_walled_garden'],
    ['already behind the wall', WALLED, { grade: 'walled' }, STATE, 'nothing'],
    ['resumed, session walled', FULL, { grade: 'walled' }, STATE, 'disconnect out_of_walled_garden'],
    ['resumed before anything happened', FULL, {}, STATE, 'nothing'],
    ['speed changed', FULL, {}, SPEED, 'coa 5M/20M'],
    ['speed changed, session let in after it', FULL, { stateVersion: 4 }, SPEED, 'nothing'],
    ['speed changed, session of unknown version', FULL, { stateVersion: undefined }, SPEED, 'coa 5M/20M'],
    ['speed now unlimited', UNLIMITED, {}, SPEED, 'disconnect speed_unlimited'],
    ['speed changed but suspended meanwhile', NONE, {}, SPEED, 'disconnect not_entitled'],
    ['throttled', THROTTLED, {}, STATE, 'coa 1M/1M'],
    ['throttled already', THROTTLED, { grade: 'throttled' }, STATE, 'nothing'],
    ['throttle over', FULL, { grade: 'throttled' }, STATE, 'coa 5M/20M'],
    ['throttle over, unlimited plan', UNLIMITED, { grade: 'throttled' }, STATE, 'disconnect speed_unlimited'],
    ['a package with another pool', FULL, { isLoginOutdated: true }, SPEED, 'disconnect login_terms_changed'],
    [
      'a package with another pool, its login never seen and nobody asking',
      FULL,
      { isLoginOutdated: true, stateVersion: undefined },
      { ...SPEED, leavesUnknown: true },
      'nothing',
    ],
    [
      'a package with another pool, but suspended',
      NONE,
      { isLoginOutdated: true },
      SPEED,
      'disconnect not_entitled',
    ],
    ['grade never seen, entitled', FULL, { grade: undefined }, STATE, 'nothing'],
    ['asked for by hand', FULL, { stateVersion: 4 }, REQUEST, 'disconnect disconnect_requested'],
  ] as const)('%s', (_, desired, session, trigger, expected) => {
    expect(plan(desired, session, trigger)).toBe(expected);
  });
});

describe('the ladder', () => {
  it.each([
    ['coa', 1, { outcome: 'ack' }, 'done acknowledged'],
    ['disconnect', 1, { outcome: 'ack' }, 'done acknowledged'],
    ['coa', 1, { outcome: 'nak', nak: 'session_gone' }, 'done gone'],
    ['disconnect', 1, { outcome: 'nak', nak: 'session_gone' }, 'done gone'],
    ['coa', 1, { outcome: 'nak', nak: 'permanent' }, 'disconnect_instead refused'],
    ['coa', 1, { outcome: 'nak', nak: 'retry' }, 'retry'],
    ['coa', 3, { outcome: 'nak', nak: 'retry' }, 'disconnect_instead refused'],
    ['coa', 1, { outcome: 'timeout' }, 'disconnect_instead unreachable'],
    ['coa', 1, { outcome: 'error' }, 'disconnect_instead unreachable'],
    ['disconnect', 1, { outcome: 'nak', nak: 'permanent' }, 'retry'],
    ['disconnect', 9, { outcome: 'timeout' }, 'retry'],
    ['disconnect', 9, { outcome: 'error' }, 'retry'],
  ] as const)('%s, try %i, %o leads to: %s', (kind, tries, result, expected) => {
    const next = nextStep({ kind, tries }, result);
    expect('state' in next ? `${next.step} ${next.state}` : next.step).toBe(expected);
  });
});
