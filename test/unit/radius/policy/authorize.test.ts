import { describe, expect, it } from 'vitest';
import { authorize } from '../../../../src/radius/policy/authorize.ts';
import type { AccessFacts } from '../../../../src/radius/policy/facts.ts';
import { type InstallationPolicy, installationPolicy } from '../../../../src/radius/policy/installation.ts';
import type { Quota, Subject } from '../../../../src/radius/policy/subject.ts';
import { MAC, NOW_MS, OTHER_MAC, someFacts, someReplies, someSubject } from './factories.ts';

const WALLING = installationPolicy({ onSuspended: 'walled', onExpired: 'walled', onDataCap: 'walled' });
const REJECTING = installationPolicy();

interface Case {
  readonly facts?: Partial<AccessFacts>;
  readonly subject?: Partial<Subject>;
  readonly policy?: InstallationPolicy;
}

function decide({ facts, subject, policy }: Case) {
  return authorize(someFacts(facts), someSubject(subject), policy ?? REJECTING);
}

const used = (usedOctets: number, action: Quota['action']): Quota => ({
  limitOctets: 100,
  usedOctets,
  action,
});

describe('authorize accepts', () => {
  it.each<[string, Case]>([
    ['an active service', {}],
    ['a validity that ends one millisecond from now', { subject: { expiresAtMs: NOW_MS + 1 } }],
    ['the locked MAC address', { subject: { macLock: MAC } }],
    ['a lock stored in another notation', { subject: { macLock: 'aa-bb-cc-00-11-22' } }],
    [
      'a DHCP client id of the locked address',
      { subject: { macLock: MAC }, facts: { callingStationId: '1:aa:bb:cc:0:11:22' } },
    ],
    ['a router among the allowed ones', { subject: { allowedNas: new Set(['2', '3']) } }],
    ['the last free session', { subject: { sessionLimit: 2 }, facts: { otherLiveSessions: 1 } }],
    ['any number of sessions without a limit', { facts: { otherLiveSessions: 9_999 } }],
    ['a block quota with one octet left', { subject: { quota: used(99, 'block') } }],
    ['an overage quota used up: more is charged (O2)', { subject: { quota: used(100, 'overage') } }],
    ['a notify quota used up', { subject: { quota: used(1_000, 'notify') } }],
    ['a throttle quota with one octet left (F2)', { subject: { quota: used(99, 'throttle') } }],
    ['an unsigned request', { facts: { isSigned: false } }],
  ])('at full speed: %s', (_rule, given) => {
    expect(decide(given)).toMatchObject({
      outcome: 'accept',
      grade: 'full',
      reason: undefined,
      failed: undefined,
    });
  });

  it.each<[string, Case]>([
    ['a throttled service', { subject: { state: 'throttled' } }],
    ['a throttle quota used up to the octet (F2)', { subject: { quota: used(100, 'throttle') } }],
    ['a throttle quota used twice over', { subject: { quota: used(200, 'throttle') } }],
  ])('at the FUP rate: %s', (_rule, given) => {
    expect(decide(given)).toMatchObject({ outcome: 'accept', grade: 'throttled', reason: undefined });
  });
});

describe('authorize rejects or walls', () => {
  it.each<[string, string, string, Case]>([
    [
      'an admin suspension',
      'service_suspended',
      'service_state',
      { subject: { state: 'suspended', stateReason: 'admin' } },
    ],
    [
      'an unpaid service (S1)',
      'service_suspended',
      'service_state',
      { subject: { state: 'suspended', stateReason: 'nonpayment' } },
    ],
    [
      'a suspension without a reason',
      'service_suspended',
      'service_state',
      { subject: { state: 'suspended' } },
    ],
    [
      'a data cap hold (F5)',
      'data_cap',
      'service_state',
      { subject: { state: 'suspended', stateReason: 'data_cap' } },
    ],
    ['the exact instant of expiry (Q3)', 'validity_over', 'expiry', { subject: { expiresAtMs: NOW_MS } }],
    ['a validity long over', 'validity_over', 'expiry', { subject: { expiresAtMs: 1 } }],
    [
      'an expired service past its end',
      'validity_over',
      'expiry',
      { subject: { state: 'expired', expiresAtMs: NOW_MS } },
    ],
    [
      'an expired service without an end',
      'service_expired',
      'service_state',
      { subject: { state: 'expired' } },
    ],
    [
      'a block quota used up to the octet (F5)',
      'data_cap',
      'quota',
      { subject: { quota: used(100, 'block') } },
    ],
    [
      'a block quota of nothing',
      'data_cap',
      'quota',
      { subject: { quota: { limitOctets: 0, usedOctets: 0, action: 'block' } } },
    ],
  ])('%s', (_rule, reason, check, given) => {
    expect(decide(given)).toMatchObject({ outcome: 'reject', reason, failed: check });
    expect(decide({ ...given, policy: WALLING })).toMatchObject({
      outcome: 'accept',
      grade: 'walled',
      reason,
      failed: undefined,
    });
  });

  it.each<[string, Partial<InstallationPolicy>, Partial<Subject>]>([
    ['onSuspended', { onSuspended: 'walled' }, { state: 'suspended', stateReason: 'nonpayment' }],
    ['onExpired', { onExpired: 'walled' }, { expiresAtMs: 1 }],
    ['onDataCap', { onDataCap: 'walled' }, { state: 'suspended', stateReason: 'data_cap' }],
    ['onDataCap', { onDataCap: 'walled' }, { quota: used(100, 'block') }],
  ])('only %s decides about its own cause', (key, choice, subject) => {
    expect(decide({ subject, policy: installationPolicy(choice) }).grade).toBe('walled');
    const others = installationPolicy({ ...WALLING, [key]: 'reject' });
    expect(decide({ subject, policy: others }).outcome).toBe('reject');
  });

  it('a cause that is rejected outweighs one that is walled', () => {
    const subject = { state: 'suspended', expiresAtMs: NOW_MS } as const;
    expect(decide({ subject, policy: installationPolicy({ onSuspended: 'walled' }) })).toMatchObject({
      outcome: 'reject',
      reason: 'validity_over',
    });
  });

  it('of two walled causes the first in order is the reason', () => {
    const subject = { state: 'suspended', expiresAtMs: NOW_MS, quota: used(100, 'block') } as const;
    expect(decide({ subject, policy: WALLING }).reason).toBe('service_suspended');
  });

  it('the wall is stronger than the throttle', () => {
    const subject = { state: 'suspended', quota: used(100, 'throttle') } as const;
    expect(decide({ subject, policy: WALLING }).grade).toBe('walled');
  });
});

describe('authorize always rejects', () => {
  it.each<[string, string, string, Case]>([
    ['a service not activated yet', 'service_pending', 'service_state', { subject: { state: 'pending' } }],
    ['a cancelled service', 'service_cancelled', 'service_state', { subject: { state: 'cancelled' } }],
    [
      'another MAC address than the locked one',
      'mac_mismatch',
      'mac_lock',
      { subject: { macLock: OTHER_MAC } },
    ],
    [
      'no caller where a lock is set',
      'mac_mismatch',
      'mac_lock',
      { subject: { macLock: MAC }, facts: { callingStationId: undefined } },
    ],
    [
      'an IP address where a lock is set',
      'mac_mismatch',
      'mac_lock',
      { subject: { macLock: MAC }, facts: { callingStationId: '203.0.113.9' } },
    ],
    [
      'a router that is not allowed',
      'nas_not_allowed',
      'nas_allowed',
      { subject: { allowedNas: new Set(['2']) } },
    ],
    [
      'every router when none is allowed',
      'nas_not_allowed',
      'nas_allowed',
      { subject: { allowedNas: new Set() } },
    ],
    [
      'one session too many',
      'too_many_sessions',
      'session_limit',
      { subject: { sessionLimit: 1 }, facts: { otherLiveSessions: 1 } },
    ],
    [
      'a suspended service from the wrong MAC address',
      'mac_mismatch',
      'mac_lock',
      { subject: { state: 'suspended', macLock: OTHER_MAC } },
    ],
    [
      'a suspended service one session too many',
      'too_many_sessions',
      'session_limit',
      { subject: { state: 'suspended', sessionLimit: 1 }, facts: { otherLiveSessions: 1 } },
    ],
  ])('%s, even where everything is walled', (_rule, reason, failed, given) => {
    expect(decide({ ...given, policy: WALLING })).toMatchObject({ outcome: 'reject', reason, failed });
  });

  it('a stranger, without asking for a password', () => {
    const facts = someFacts({
      credentials: {
        matches: () => {
          throw new Error('asked');
        },
      },
    });
    expect(authorize(facts, undefined, WALLING)).toMatchObject({
      outcome: 'reject',
      reason: 'unknown_user',
      failed: 'user_found',
    });
  });

  it.each(['pap', 'chap', 'mschap1', 'mschap2'] as const)('a wrong password by %s', (method) => {
    const decision = authorize(someFacts({ method }, false), someSubject(), WALLING);
    expect(decision).toMatchObject({ outcome: 'reject', reason: 'wrong_password', failed: 'password' });
  });

  it('a wrong password before it looks at the service, so that a stranger learns nothing about it', () => {
    const subject = someSubject({ state: 'suspended', macLock: OTHER_MAC, expiresAtMs: 1 });
    expect(authorize(someFacts({}, false), subject, REJECTING).reason).toBe('wrong_password');
  });

  it.each([
    ['eap', 'eap_not_offered'],
    ['none', 'no_credentials'],
  ] as const)('%s, in the same way whether or not the user exists', (method, reason) => {
    const known = authorize(someFacts({ method }), someSubject(), WALLING);
    expect(known).toMatchObject({ outcome: 'reject', reason, failed: 'password' });
    expect(authorize(someFacts({ method }), undefined, WALLING)).toEqual(known);
  });

  it('without a MAC address to bind or a timeout to send', () => {
    const subject = { bindMacOnFirstUse: true, sessionLimit: 1, replies: someReplies(60) };
    expect(decide({ subject, facts: { otherLiveSessions: 1 } })).toMatchObject({
      outcome: 'reject',
      bindMac: undefined,
      sessionTimeoutS: 0,
    });
  });
});

describe('authorize binds the MAC address of the first login', () => {
  it.each<[string, string | undefined, Case]>([
    ['in the notation of the product', MAC, { facts: { callingStationId: 'aabb.cc00.1122' } }],
    ['also behind the wall', MAC, { subject: { state: 'suspended' }, policy: WALLING }],
    ['but not an IP address', undefined, { facts: { callingStationId: '203.0.113.9' } }],
    ['but not where there is none', undefined, { facts: { callingStationId: undefined } }],
    ['but not over an existing lock', undefined, { subject: { macLock: MAC } }],
    ['but not unless the service asks for it', undefined, { subject: { bindMacOnFirstUse: false } }],
  ])('%s', (_rule, bindMac, given) => {
    const decision = decide({ ...given, subject: { bindMacOnFirstUse: true, ...given.subject } });
    expect(decision).toMatchObject({ outcome: 'accept', bindMac });
  });
});
