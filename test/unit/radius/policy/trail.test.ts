import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorize } from '../../../../src/radius/policy/authorize.ts';
import { bitOf, CHECKS } from '../../../../src/radius/policy/decision.ts';
import type { AccessFacts } from '../../../../src/radius/policy/facts.ts';
import { installationPolicy } from '../../../../src/radius/policy/installation.ts';
import type { Subject } from '../../../../src/radius/policy/subject.ts';
import { decodeTrail, encodeTrail, trailOf } from '../../../../src/radius/policy/trail.ts';
import { MAC, NOW_MS, OTHER_MAC, someFacts, someReplies, someSubject } from './factories.ts';

const subjects: fc.Arbitrary<Subject> = fc
  .record({
    state: fc.constantFrom<Subject['state'][]>(
      'pending',
      'active',
      'throttled',
      'suspended',
      'expired',
      'cancelled',
    ),
    stateReason: fc.constantFrom(undefined, 'admin', 'nonpayment', 'data_cap'),
    expiresAtMs: fc.constantFrom(0, NOW_MS - 1, NOW_MS, NOW_MS + 1, NOW_MS + 9e9),
    macLock: fc.constantFrom(undefined, undefined, MAC, OTHER_MAC),
    bindMacOnFirstUse: fc.boolean(),
    allowedNas: fc.constantFrom(undefined, undefined, new Set(['3']), new Set<string>()),
    sessionLimit: fc.integer({ min: 0, max: 2 }),
    quota: fc.option(
      fc.record({
        limitOctets: fc.constant(100),
        usedOctets: fc.integer({ min: 98, max: 101 }),
        action: fc.constantFrom('overage' as const, 'throttle' as const, 'block' as const, 'notify' as const),
      }),
      { nil: undefined },
    ),
    password: fc.constantFrom(Buffer.alloc(0), Buffer.from('secret'), Buffer.from('secret')),
    replies: fc.constantFrom(someReplies(0), someReplies(600)),
  })
  .map((change) => someSubject(change));

const requests: fc.Arbitrary<AccessFacts> = fc
  .record({
    isSigned: fc.boolean(),
    method: fc.constantFrom<AccessFacts['method'][]>(
      'pap',
      'chap',
      'mschap1',
      'mschap2',
      'mac',
      'eap',
      'none',
    ),
    userName: fc.constantFrom('alice', 'alice', MAC),
    callingStationId: fc.constantFrom(undefined, MAC, OTHER_MAC, '203.0.113.9'),
    otherLiveSessions: fc.integer({ min: 0, max: 3 }),
    isRight: fc.boolean(),
  })
  .map(({ isRight, ...change }) => someFacts(change, isRight || change.otherLiveSessions > 0));

const policies = fc
  .record({
    onSuspended: fc.constantFrom('reject' as const, 'walled' as const),
    onExpired: fc.constantFrom('reject' as const, 'walled' as const),
    onDataCap: fc.constantFrom('reject' as const, 'walled' as const),
  })
  .map((choices) => installationPolicy(choices));

describe('every decision', () => {
  const logins = fc.tuple(requests, fc.option(subjects, { nil: undefined }), policies);

  it('is the same for the same arguments', () => {
    fc.assert(
      fc.property(logins, ([facts, subject, policy]) => {
        const before = structuredClone({ ...subject, ntHash: undefined });
        const decision = authorize(facts, subject, policy);
        expect(authorize(facts, subject, policy)).toEqual(decision);
        expect(structuredClone({ ...subject, ntHash: undefined })).toEqual(before);
      }),
    );
  });

  it('has all ten checks in order, one failed on a reject and none on an accept', () => {
    fc.assert(
      fc.property(logins, ([facts, subject, policy]) => {
        const decision = authorize(facts, subject, policy);
        const steps = trailOf(decision, facts, subject, policy);
        expect(steps.map((step) => step.check)).toEqual([...CHECKS]);
        expect(steps.every((step) => /^[A-Z0-9].*\.$/.test(step.sentence))).toBe(true);
        const failed = steps.filter((step) => step.result === 'failed').map((step) => step.check);
        const walled = steps.some((step) => step.result === 'walled');
        const notReached = steps.findIndex((step) => step.result === 'not_reached');
        if (decision.outcome === 'accept') {
          expect(failed).toEqual([]);
          expect(notReached).toBe(-1);
          expect(walled).toBe(decision.grade === 'walled');
          expect(decision.reason === undefined).toBe(decision.grade !== 'walled');
        } else {
          expect(failed).toEqual([decision.failed]);
          expect(decision.reason).toBeDefined();
          const failedAt = steps.findIndex((step) => step.result === 'failed');
          expect(notReached).toBe(failedAt === CHECKS.length - 1 ? -1 : failedAt + 1);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps its trail in a number that a PostgreSQL integer holds', () => {
    fc.assert(
      fc.property(logins, ([facts, subject, policy]) => {
        const decision = authorize(facts, subject, policy);
        const code = encodeTrail(decision);
        expect(code).toBeGreaterThan(0);
        expect(code).toBeLessThan(2 ** 31);
        const steps = trailOf(decision, facts, subject, policy);
        expect(decodeTrail(code)).toEqual(steps.map(({ check, result }) => ({ check, result })));
      }),
    );
  });

  it('never grants the Internet to a service that is not active or throttled', () => {
    fc.assert(
      fc.property(logins, ([facts, subject, policy]) => {
        const { outcome, grade } = authorize(facts, subject, policy);
        if (outcome === 'accept' && grade !== 'walled') {
          expect(['active', 'throttled']).toContain(subject?.state);
          expect(subject?.expiresAtMs === 0 || (subject?.expiresAtMs ?? 0) > facts.nowMs).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('decodeTrail', () => {
  it('reads a stored number the same way for ever', () => {
    const facts = someFacts({ otherLiveSessions: 1 });
    const subject = someSubject({ state: 'suspended', sessionLimit: 1 });
    const policy = installationPolicy({ onSuspended: 'walled' });
    const code = encodeTrail(authorize(facts, subject, policy));
    // passed 0000001111, skipped 0011100000 (expiry, mac_lock, nas_allowed), failed check number 9.
    expect(code).toBe((9 << 20) | (0b0011100000 << 10) | 0b0000001111);
    expect(decodeTrail(code).map((step) => step.result)).toEqual([
      'passed',
      'passed',
      'passed',
      'passed',
      'walled',
      'skipped',
      'skipped',
      'skipped',
      'failed',
      'not_reached',
    ]);
    expect(bitOf('session_limit')).toBe(1 << 8);
  });
});
