import { describe, expect, it } from 'vitest';
import { authorize } from '../../../../src/radius/policy/authorize.ts';
import type { CHECKS } from '../../../../src/radius/policy/decision.ts';
import type { AccessFacts } from '../../../../src/radius/policy/facts.ts';
import { installationPolicy } from '../../../../src/radius/policy/installation.ts';
import type { Subject } from '../../../../src/radius/policy/subject.ts';
import { trailOf } from '../../../../src/radius/policy/trail.ts';
import { MAC, NOW_MS, OTHER_MAC, someFacts, someSubject } from './factories.ts';

const WALLING = installationPolicy({ onSuspended: 'walled', onExpired: 'walled', onDataCap: 'walled' });

function sentence(
  check: (typeof CHECKS)[number],
  given: {
    facts?: Partial<AccessFacts>;
    subject?: Partial<Subject> | null;
    isRight?: boolean;
    policy?: typeof WALLING;
  },
): string {
  const facts = someFacts(given.facts, given.isRight);
  const subject = given.subject === null ? undefined : someSubject(given.subject);
  const policy = given.policy ?? WALLING;
  const steps = trailOf(authorize(facts, subject, policy), facts, subject, policy);
  const step = steps.find((one) => one.check === check);
  return `${step?.result}: ${step?.sentence}`;
}

const GB = 1_000_000_000;

describe('the trail says in words', () => {
  it.each<[string, (typeof CHECKS)[number], Parameters<typeof sentence>[1]]>([
    ['passed: The request comes from the router tower-1.', 'nas_known', {}],
    ["passed: The packet is signed with the router's secret.", 'packet_genuine', {}],
    [
      'skipped: The packet carries no Message-Authenticator: only its address and the password speak for it.',
      'packet_genuine',
      { facts: { isSigned: false } },
    ],
    ['passed: The user name alice belongs to service 42.', 'user_found', {}],
    ['failed: Nobody has the user name alice.', 'user_found', { subject: null }],
    [
      'skipped: Nobody was looked up: the request could not prove who is there.',
      'user_found',
      { facts: { method: 'eap' } },
    ],
    ['passed: The password is right (MS-CHAPv2).', 'password', { facts: { method: 'mschap2' } }],
    ['failed: The password is wrong (PAP).', 'password', { isRight: false }],
    [
      'failed: The service has no password, so that only its own MAC address could open it (CHAP).',
      'password',
      { facts: { method: 'chap' }, subject: { password: Buffer.alloc(0) } },
    ],
    [
      'failed: The router offers EAP, which is not served here; PAP, CHAP, MS-CHAPv1 and MS-CHAPv2 are.',
      'password',
      { facts: { method: 'eap' } },
    ],
    ['failed: The request carries no password of any kind.', 'password', { facts: { method: 'none' } }],
    [
      `passed: No password is needed: the MAC address ${MAC} opens the service (MAC login).`,
      'password',
      { facts: { method: 'mac', userName: MAC }, subject: { username: MAC, password: Buffer.alloc(0) } },
    ],
    [
      'failed: The service has a password, and the request brings none (MAC login).',
      'password',
      { facts: { method: 'mac', userName: MAC }, subject: { username: MAC } },
    ],
    [
      `failed: The MAC address ${MAC} is not the one that opens this service (MAC login).`,
      'password',
      { facts: { method: 'mac', userName: MAC }, subject: { password: Buffer.alloc(0) } },
    ],
    ['passed: The service is active.', 'service_state', {}],
    [
      'passed: The service is throttled: it gets the FUP rate.',
      'service_state',
      { subject: { state: 'throttled' } },
    ],
    ['failed: The service is not activated yet.', 'service_state', { subject: { state: 'pending' } }],
    ['failed: The service is cancelled.', 'service_state', { subject: { state: 'cancelled' } }],
    [
      'walled: The service is suspended since nobody paid (nonpayment): walled garden, address list suspended.',
      'service_state',
      { subject: { state: 'suspended', stateReason: 'nonpayment' } },
    ],
    [
      'failed: The service is suspended by an administrator (admin).',
      'service_state',
      { subject: { state: 'suspended', stateReason: 'admin' }, policy: installationPolicy() },
    ],
    [
      'walled: The service is suspended: walled garden, pool wall.',
      'service_state',
      {
        subject: { state: 'suspended' },
        policy: installationPolicy({ ...WALLING, walledAddressList: '', walledPool: 'wall' }),
      },
    ],
    [
      'failed: The service is suspended (fraud).',
      'service_state',
      { subject: { state: 'suspended', stateReason: 'fraud' }, policy: installationPolicy() },
    ],
    [
      'skipped: The service is expired: the end of its validity decides.',
      'service_state',
      { subject: { state: 'expired', expiresAtMs: NOW_MS } },
    ],
    [
      'walled: The service is expired: walled garden, address list suspended.',
      'service_state',
      { subject: { state: 'expired' } },
    ],
    ['skipped: The service does not expire.', 'expiry', {}],
    [
      'passed: The validity runs until 2026-05-03 13:00:00 UTC (2 d 3 h left).',
      'expiry',
      { subject: { expiresAtMs: NOW_MS + 51 * 3_600_000 } },
    ],
    [
      'walled: The validity ended at 2026-05-01 10:00:00 UTC: walled garden, address list suspended.',
      'expiry',
      { subject: { expiresAtMs: NOW_MS } },
    ],
    [
      `passed: The MAC address ${MAC} is the one the service is locked to.`,
      'mac_lock',
      { subject: { macLock: MAC } },
    ],
    [
      `passed: The first login binds the service to the MAC address ${MAC}.`,
      'mac_lock',
      { subject: { bindMacOnFirstUse: true } },
    ],
    [
      'skipped: There is no MAC address to bind the service to: the request names none.',
      'mac_lock',
      { subject: { bindMacOnFirstUse: true }, facts: { callingStationId: undefined } },
    ],
    ['skipped: The service is not locked to a MAC address.', 'mac_lock', {}],
    [
      `failed: The service is locked to ${OTHER_MAC}, and ${MAC} dials.`,
      'mac_lock',
      { subject: { macLock: OTHER_MAC } },
    ],
    [
      `failed: The service is locked to ${OTHER_MAC}, and the request names no MAC address.`,
      'mac_lock',
      { subject: { macLock: OTHER_MAC }, facts: { callingStationId: '203.0.113.9' } },
    ],
    ['skipped: The service may log in from every router.', 'nas_allowed', {}],
    [
      'passed: The service may log in from the router tower-1.',
      'nas_allowed',
      { subject: { allowedNas: new Set(['3']) } },
    ],
    [
      'failed: The service may not log in from the router tower-1.',
      'nas_allowed',
      { subject: { allowedNas: new Set() } },
    ],
    ['skipped: The number of sessions is not limited.', 'session_limit', {}],
    [
      'passed: 0 other sessions are live, of at most 1 in all.',
      'session_limit',
      { subject: { sessionLimit: 1 } },
    ],
    [
      'failed: 1 other session is live, of at most 1 in all.',
      'session_limit',
      { subject: { sessionLimit: 1 }, facts: { otherLiveSessions: 1 } },
    ],
    ['skipped: The plan has no data allowance.', 'quota', {}],
    [
      'passed: 61.2 GB of 100.0 GB are used.',
      'quota',
      { subject: { quota: { limitOctets: 100 * GB, usedOctets: 61.2 * GB, action: 'block' } } },
    ],
    [
      'passed: 100.0 GB of 100.0 GB are used, and the FUP rate holds.',
      'quota',
      { subject: { quota: { limitOctets: 100 * GB, usedOctets: 100 * GB, action: 'throttle' } } },
    ],
    [
      'walled: 1.50 GB of 1.00 GB are used, and no more is allowed: walled garden, address list suspended.',
      'quota',
      { subject: { quota: { limitOctets: GB, usedOctets: 1.5 * GB, action: 'block' } } },
    ],
    ['not_reached: Not looked at: the login was refused before.', 'quota', { isRight: false }],
  ])('%s', (expected, check, given) => {
    expect(sentence(check, given)).toBe(expected);
  });
});
